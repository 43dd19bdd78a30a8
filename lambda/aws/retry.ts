/** Attempts at one request, the first included. */
const maxAttempts = 3;

/** The first wait is at most this long, the next one twice that. */
const firstDelayMs = 100;
const firstThrottledDelayMs = 500;

/** Time and chance, as retries see them. */
export type RetryPorts = {
  now(): number;
  /** From 0 to below 1. */
  random(): number;
  sleep(milliseconds: number): Promise<void>;
};

/** What an error says about trying again. */
export type Verdict = 'final' | 'transient' | 'throttled';

/**
 * Attempts up to three times, while `verdictOn` the error allows it and there is time until `deadline` (milliseconds since the epoch);
 * `attempt` is told how much is left. The waits have full jitter. These are the numbers of the AWS SDKs' standard mode.
 * Source: https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html
 */
export async function retry<Result>(
  attempt: (remainingMs: number) => Promise<Result>,
  verdictOn: (error: unknown) => Verdict,
  deadline: number,
  { now, random, sleep }: RetryPorts,
): Promise<Result> {
  for (let attempts = 1; ; attempts++) {
    try {
      return await attempt(deadline - now());
    } catch (error) {
      const verdict = verdictOn(error);
      if (verdict === 'final' || attempts === maxAttempts) throw error;
      const first = verdict === 'throttled' ? firstThrottledDelayMs : firstDelayMs;
      const delay = random() * first * 2 ** (attempts - 1);
      if (now() + delay >= deadline) throw error;
      await sleep(delay);
    }
  }
}
