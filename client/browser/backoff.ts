const baseMs = 500;
const capMs = 30_000;

/**
 * Returns the milliseconds to wait after `failures` failures in a row: at random between 0 and a limit that doubles
 * with each, so that pages that were cut off together don't come back together.
 * Source: https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/ ("full jitter")
 */
export function backoff(failures: number, random: () => number): number {
  return random() * Math.min(capMs, baseMs * 2 ** failures);
}
