import { createToken } from '../client/backend/create-token.ts';
import type { ConnectOptions } from '../client/browser/index.ts';
import { jwtClaims } from '../client/browser/jwt.ts';
import { uidProblem } from '../protocol/uid.ts';
import { ExitCode } from '../terminal/exit-code.ts';
import { CliError } from './cli-error.ts';

/** As whom `listen` registers. `lasts`: a fresh credential can be had at any time, so one that has ended is no end. */
export type ListenerCredential = Required<Pick<ConnectOptions, 'identity' | 'credential'>> & {
  lasts: boolean;
};

/**
 * `who` is a uid or a token. For a uid, tokens are made with the stack's secret where the environment has it; elsewhere
 * the uid is only claimed. Without `who`, the token of the environment is used: arguments can be read by other users of
 * the machine.
 */
export function listenerCredential(
  who: string | undefined,
  { UIDPUSH_TOKEN, UIDPUSH_TOKEN_SECRET }: NodeJS.ProcessEnv,
): ListenerCredential {
  const given = who ?? UIDPUSH_TOKEN;
  if (given === undefined) throw new CliError(ExitCode.usage, 'A uid, or UIDPUSH_TOKEN, is needed.');
  if (jwtClaims(given)) return { identity: 'token', credential: () => given, lasts: false };
  if (who === undefined) throw new CliError(ExitCode.usage, 'UIDPUSH_TOKEN is not a token.');
  const problem = uidProblem(who);
  if (problem) throw new CliError(ExitCode.usage, `A uid was expected; found ${problem}.`);
  if (!UIDPUSH_TOKEN_SECRET) return { identity: 'claimed', credential: () => who, lasts: true };
  const credential = () => createToken({ uid: who, secret: UIDPUSH_TOKEN_SECRET });
  return { identity: 'token', credential, lasts: true };
}
