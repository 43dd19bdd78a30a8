import { ProblemCode } from '../../protocol/problem.ts';
import { exponentialBackoff } from '../../protocol/retry.ts';
import { PushError, PushErrorCode } from './push-error.ts';

/** How often a request is repeated, and after which errors besides those that pass. */
export type RetryRule = { maxRetries: number; alsoAfter: readonly PushError['code'][] };

export const never: RetryRule = { maxRetries: 0, alsoAfter: [] };

/** Of requests that can be done twice with the same outcome: all but POST. */
export const repeatable: RetryRule = { maxRetries: 2, alsoAfter: [] };

/**
 * Of a push with an idempotency key: the one who sends it wants it done. So it is repeated, too, when it is unknown
 * whether it was done, and while it is being done.
 */
export function withKey(maxRetries: number): RetryRule {
  return { maxRetries, alsoAfter: [PushErrorCode.timedOut, ProblemCode.idempotencyKeyInUse] };
}

/** Whether a request that failed with `error`, and has been repeated `retries` times, is repeated again. */
export function isRepeated({ maxRetries, alsoAfter }: RetryRule, retries: number, error: unknown): boolean {
  if (retries >= maxRetries || !(error instanceof PushError)) return false;
  return isPassing(error) || alsoAfter.includes(error.code);
}

/** A request that took its whole time is not repeated: its caller has waited long enough. */
function isPassing({ code, status = 0 }: PushError): boolean {
  return code === PushErrorCode.unreachable || status === 429 || status >= 500;
}

const firstDelayMs = 200;
const largestDelayMs = 10_000;

/**
 * The longest wait that an answer can ask for. Lambda's throttles pass in seconds; who asks for more is tried early.
 */
const largestRetryAfterMs = 30_000;

/**
 * Returns the wait before the `retries`-th retry, from 0, in milliseconds: longer each time, and at least what the
 * answer asks for.
 */
export function retryDelayMs(retries: number, error: unknown, random: () => number): number {
  const delay = exponentialBackoff(firstDelayMs, largestDelayMs, retries) * (0.5 + random());
  return Math.max(delay, requestedDelayMs(error));
}

function requestedDelayMs(error: unknown): number {
  return error instanceof PushError ? Math.min(largestRetryAfterMs, error.retryAfterMs ?? 0) : 0;
}
