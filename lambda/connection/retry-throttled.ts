import { logError } from '../log.ts';

/** The first wait is at most this long; each further one may be twice as long, up to the largest. */
const firstDelayMs = 50;
const largestDelayMs = 1_000;

/** Time and chance, as the retries see them. */
export type RetryConditions = {
  /** How long one request is tried again. */
  retryForMs: number;
  /** Milliseconds since the epoch after which no attempt starts: the answer must leave before the function's own timeout. */
  lastAttemptAt: number;
  now(): number;
  /** From 0 to below 1. */
  random(): number;
  sleep(milliseconds: number): Promise<void>;
};

/**
 * Attempts, and attempts again while the answer is 429 and there is time. Only 429 is tried again: it is the one refusal that says
 * for sure that nothing was done. The waits have full jitter, so that many throttled requests don't come back together.
 * Source: https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
 */
export async function retryThrottled<Outcome extends string>(
  attempt: () => Promise<Outcome | 'throttled'>,
  { retryForMs, lastAttemptAt, now, random, sleep }: RetryConditions,
): Promise<Exclude<Outcome, 'throttled'> | 'failed'> {
  const giveUpAt = Math.min(lastAttemptAt, now() + retryForMs);
  let attempts = 0;
  for (; now() <= giveUpAt; attempts++) {
    const outcome = await attempt();
    if (outcome !== 'throttled') return outcome as Exclude<Outcome, 'throttled'>;
    await sleep(random() * Math.min(largestDelayMs, firstDelayMs * 2 ** attempts));
  }
  logError('throttled', { attempts });
  return 'failed';
}
