import { createToken } from '../client/backend/create-token.ts';
import type { ConnectOptions } from '../client/browser/index.ts';
import { jwtClaims } from '../client/browser/jwt.ts';
import { uidProblem } from '../protocol/uid.ts';
import { ExitCode } from '../terminal/exit-code.ts';
import { CliError } from './cli-error.ts';
import type { Target } from './target.ts';

/** As whom `listen` registers. `lasts`: a fresh credential can be had at any time, so one that has ended is no end. */
export type ListenerCredential = Required<Pick<ConnectOptions, 'identity' | 'credential'>> & {
  lasts: boolean;
};

/**
 * `who` is a uid or a token. For a uid, tokens are made with the stack's secret where the target has it; elsewhere
 * the uid is only claimed. Without `who`, the token of the environment is used: arguments can be read by other users of
 * the machine.
 */
export function listenerCredential(
  who: string | undefined,
  { UIDPUSH_TOKEN }: NodeJS.ProcessEnv,
  { tokenSecret }: Pick<Target, 'tokenSecret'>,
): ListenerCredential {
  const given = who ?? UIDPUSH_TOKEN;
  if (given === undefined) throw new CliError(ExitCode.usage, 'A uid, or UIDPUSH_TOKEN, is needed.');
  if (jwtClaims(given)) return { identity: 'token', credential: () => given, lasts: false };
  if (who === undefined) throw new CliError(ExitCode.usage, 'UIDPUSH_TOKEN is not a token.');
  const problem = uidProblem(who);
  if (problem) throw new CliError(ExitCode.usage, `A uid was expected; found ${problem}.`);
  if (tokenSecret === undefined) return { identity: 'claimed', credential: () => who, lasts: true };
  const credential = async () => createToken({ uid: who, secret: await tokenSecret() });
  return { identity: 'token', credential, lasts: true };
}
