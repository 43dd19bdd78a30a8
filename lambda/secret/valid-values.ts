/**
 * Values that are read again when they are this old: a value that was rotated out is refused after that, at the latest.
 */
const freshForMs = 60_000;

/**
 * An unknown value may be newer than those that were read; but a caller that guesses must not cause a read for each
 * guess.
 */
const rereadAfterMs = 5_000;

/**
 * The same after a read that failed: without the secret every caller is refused, so the next read must not wait long.
 */
const retryAfterMs = 1_000;

/**
 * Caches the values that `read` returns: for a minute, or until an unknown value is checked, but for at least five
 * seconds. So a new value is accepted within five seconds.
 */
export function cachedValidValues(read: () => Promise<string[]>, now: () => number) {
  let values: readonly string[] = [];
  let readAt = Number.NEGATIVE_INFINITY;
  let failed: { at: number; error: unknown } | undefined;

  /** Returns whether `accepts` accepts the valid values; reads them again if it does not. */
  return async (accepts: (values: readonly string[]) => boolean | Promise<boolean>): Promise<boolean> => {
    const age = now() - readAt;
    if (age < freshForMs && (await accepts(values))) return true;
    if (age < rereadAfterMs) return false;
    if (failed && now() - failed.at < retryAfterMs) throw failed.error;
    try {
      values = await read();
    } catch (error) {
      failed = { at: now(), error };
      throw error;
    }
    failed = undefined;
    readAt = now();
    return accepts(values);
  };
}
