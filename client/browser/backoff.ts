const baseMs = 500;
const capMs = 30_000;

/**
 * Milliseconds to wait after so many failures in a row before this one. Anything from nothing to the whole of a span that doubles,
 * so that pages that were cut off together don't come back together.
 * Source: https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/ ("full jitter")
 */
export function backoff(failures: number, random: () => number): number {
  return random() * Math.min(capMs, baseMs * 2 ** failures);
}
