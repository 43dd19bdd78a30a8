import { PushError, PushErrorCode } from '../client/backend/push-error.ts';
import { ProblemCode } from '../protocol/problem.ts';
import { ExitCode } from '../terminal/exit-code.ts';
import type { Problem } from '../terminal/run-command.ts';
import { CliError } from './cli-error.ts';
import { authorisationOf, localTarget, type Target } from './target.ts';

/** `undefined` for a fault of the program itself. */
export function problemReport(error: unknown, target: Target | undefined): Problem | undefined {
  if (error instanceof CliError) return { message: error.message, exitCode: error.exitCode };
  // The client throws it for arguments that can't be sent.
  if (error instanceof TypeError) return { message: error.message, exitCode: ExitCode.usage };
  if (!(error instanceof PushError)) return undefined;
  const hint = hintFor(error, target);
  const reason =
    error.detail === undefined ? error.message : `${error.message} ${error.detail.replace(/\.$/, '')}.`;
  return { message: hint ? `${reason} ${hint}` : reason, exitCode: ExitCode.failed };
}

function hintFor({ code, status, detail = '' }: PushError, target: Target | undefined): string | undefined {
  const pushUrl = target?.pushUrl;
  if (code === PushErrorCode.unreachable) {
    return pushUrl === localTarget.pushUrl
      ? `(${pushUrl}) Is the local stack running (npm start)? For a deployed one use --stack.`
      : `(${pushUrl})`;
  }
  if (code === PushErrorCode.noCredentials) {
    return 'Sign in (aws sso login), or set AWS_PROFILE, AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or UIDPUSH_SECRET.';
  }
  if (code === ProblemCode.unauthorised) return 'Set UIDPUSH_SECRET to the stack’s push secret.';
  if (status !== 403) return undefined;
  const { secret, credentials } = target ? authorisationOf(target) : {};
  const isUnsigned = target !== undefined && secret === undefined && credentials === undefined;
  return isUnsigned ? 'Set UIDPUSH_REGION to the region of the stack.' : hintForRefusal(detail);
}

/** `detail`: AWS's error type and reason. A signature that is too old says "expired", too. */
function hintForRefusal(detail: string): string {
  if (/signature|incomplete/i.test(detail)) {
    return 'Its signature is not accepted: check the credentials, this machine’s clock, and the region.';
  }
  if (/expired/i.test(detail)) return 'The AWS credentials have expired: sign in again, or get new ones.';
  if (/token|unrecogni[sz]ed|not authenticated/i.test(detail)) {
    return 'AWS does not know the credentials: check them, and that they are for this account.';
  }
  return 'The AWS credentials may not call it: lambda:InvokeFunctionUrl and lambda:InvokeFunction are needed.';
}
