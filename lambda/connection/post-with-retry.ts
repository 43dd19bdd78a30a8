import type { ConnectionPoster, PostOutcome } from './connection-poster.ts';

/** The first wait is at most this long; each further one may be twice as long, up to the largest. */
const firstDelayMs = 50;
const largestDelayMs = 1_000;

/** How long one post is tried again: its backend waits for the answer, and the connection's next messages wait for their turn. */
const retryForMs = 3_000;

/** Time and chance, as the retries see them. */
export type RetryConditions = {
  /** Milliseconds since the epoch after which no attempt starts: the answer must leave before the function's own timeout. */
  lastAttemptAt: number;
  now(): number;
  /** From 0 to below 1. */
  random(): number;
  sleep(milliseconds: number): Promise<void>;
};

/**
 * Posts, and posts again while the answer is 429 and there is time. Only 429 is tried again: it is the one refusal that says for
 * sure that the message did not arrive. The waits have full jitter, so that many throttled pushes don't come back together.
 * Source: https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
 */
export async function postWithRetry(
  poster: ConnectionPoster,
  connectionId: string,
  text: string,
  { lastAttemptAt, now, random, sleep }: RetryConditions,
): Promise<Exclude<PostOutcome, 'throttled'>> {
  const giveUpAt = Math.min(lastAttemptAt, now() + retryForMs);
  for (let attempt = 0; now() <= giveUpAt; attempt++) {
    const outcome = await poster.post(connectionId, text);
    if (outcome !== 'throttled') return outcome;
    await sleep(random() * Math.min(largestDelayMs, firstDelayMs * 2 ** attempt));
  }
  return 'failed';
}
