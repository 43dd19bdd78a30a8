/** When an operation is attempted again, and after what wait. */
export type RetryPolicy<Outcome> = {
  /** Whether another attempt may have a better outcome. */
  isRetryable(outcome: Outcome): boolean;
  /** Milliseconds until the next attempt, which is the `retries`-th retry, from 0. */
  delayMs(retries: number, outcome: Outcome): number;
  /** The first included. @default no limit */
  maxAttempts?: number;
  /** Milliseconds since the epoch after which no attempt starts. @default no limit */
  lastAttemptAt?: number;
};

/**
 * Attempts an operation until its outcome is final, or the policy allows no more attempts.
 *
 * @param attempt Receives the number of the attempt, from 1. What it throws is thrown.
 * @returns the last outcome; `undefined` if there was no time for any attempt
 */
export async function retry<Outcome>(
  attempt: (number: number) => Promise<Outcome>,
  policy: RetryPolicy<Outcome>,
  clock: { now(): number; sleep(milliseconds: number): Promise<unknown> },
): Promise<Outcome | undefined> {
  const { lastAttemptAt, maxAttempts } = policy;
  let outcome: Outcome | undefined;
  for (let number = 1; lastAttemptAt === undefined || clock.now() <= lastAttemptAt; number++) {
    outcome = await attempt(number);
    if (number === maxAttempts || !policy.isRetryable(outcome)) break;
    await clock.sleep(policy.delayMs(number - 1, outcome));
  }
  return outcome;
}

/**
 * Returns a limit for a wait that doubles with each retry, up to the largest. A random share of it keeps callers that
 * failed together from coming back together.
 * Source: https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
 */
export function exponentialBackoff(firstMs: number, largestMs: number, retries: number): number {
  return Math.min(largestMs, firstMs * 2 ** retries);
}
