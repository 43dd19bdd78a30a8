import { ProblemCode } from '../../protocol/problem.ts';
import { exponentialBackoff } from '../../protocol/retry.ts';
import { PushError, PushErrorCode } from './push-error.ts';

/** When something is done again. */
export type RetryRule = {
  maxRetries: number;
  mayPass: (error: unknown) => boolean;
};

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

export const never: RetryRule = { maxRetries: 0, mayPass: () => false };

/** Policy of requests that can be done twice with the same outcome: all but POST. */
export const repeatable: RetryRule = { maxRetries: 2, mayPass: isPassing };

/**
 * A push with an idempotency key: the one who sends it wants it done, so a request that took its whole time is
 * repeated, too.
 */
export function withKey(maxRetries: number): RetryRule {
  return { maxRetries, mayPass: (error) => isPassing(error) || isUndecided(error) };
}

/** Whether it was done is unknown, or it is being done. */
function isUndecided(error: unknown): boolean {
  if (!(error instanceof PushError)) return false;
  return error.code === PushErrorCode.timedOut || error.code === ProblemCode.idempotencyKeyInUse;
}

/** A request that took its whole time is not repeated: its caller has waited long enough. */
function isPassing(error: unknown): boolean {
  if (!(error instanceof PushError)) return false;
  return error.code === PushErrorCode.unreachable || error.status === 429 || (error.status ?? 0) >= 500;
}
