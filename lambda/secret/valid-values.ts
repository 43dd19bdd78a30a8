/** Values that are read again when they are this old: a value that was rotated out is refused after that, at the latest. */
const freshForMs = 60_000;

/** A value that nobody knows may be newer than ours; but whoever guesses must not make us read for each guess. */
const rereadAfterMs = 5_000;

/** The same after a read that failed: without the secret nobody can be let in, so the next one must not wait long. */
const retryAfterMs = 1_000;

/**
 * Keeps what `read` gives: fresh for a minute, and read again sooner when a value isn't among them, at most every five seconds. So a
 * rotated secret is accepted at once.
 */
export function keepValidValues(read: () => Promise<string[]>, now: () => number) {
  let values: readonly string[] = [];
  let readAt = Number.NEGATIVE_INFINITY;
  let failed: { at: number; error: unknown } | undefined;

  /** The valid values; `accepts` tells whether they will do. */
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
