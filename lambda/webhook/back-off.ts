const firstSeconds = 5;
const longestSeconds = 3_600;

/**
 * Seconds until an event is sent again that failed for the `attempt`th time: 5, 10, 20 … up to an hour, and up to a
 * tenth more, so that those that failed at once don't come back at once. The 32 attempts that the queue makes take a
 * day.
 */
export function backOffSeconds(attempt: number, random: () => number): number {
  const seconds = Math.min(longestSeconds, firstSeconds * 2 ** (attempt - 1));
  return Math.ceil(seconds * (1 + random() / 10));
}
