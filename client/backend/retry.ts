import { ProblemCode } from '../../protocol/problem.ts';
import { exponentialBackoff, retry } from '../../protocol/retry.ts';
import { PushError, PushErrorCode } from './push-error.ts';

/** Dependencies of the waits between attempts. */
export type RetryPorts = {
  /** From 0 up to, not including, 1. */
  random: () => number;
  /** Waits for milliseconds. */
  sleep: (milliseconds: number) => Promise<unknown>;
};

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

/** Does again what may be done twice, when another attempt may well succeed. */
export async function retried<Result>(
  attempt: () => Promise<Result>,
  { maxRetries, mayPass }: RetryRule,
  { random, sleep }: RetryPorts,
): Promise<Result> {
  const last = await retry(
    () =>
      attempt().then(
        (value) => ({ value }),
        (error: unknown) => ({ error }),
      ),
    {
      isRetryable: (outcome) => 'error' in outcome && mayPass(outcome.error),
      delayMs: (retries, outcome) => {
        const delay = exponentialBackoff(firstDelayMs, largestDelayMs, retries) * (0.5 + random());
        return Math.max(delay, 'error' in outcome ? requestedDelayMs(outcome.error) : 0);
      },
      maxAttempts: maxRetries + 1,
    },
    { now: Date.now, sleep },
  );
  if (last !== undefined && 'value' in last) return last.value;
  throw last?.error;
}

function requestedDelayMs(error: unknown): number {
  return error instanceof PushError ? Math.min(largestRetryAfterMs, error.retryAfterMs ?? 0) : 0;
}

/** Policy of requests that read, and of those that close connections. */
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
