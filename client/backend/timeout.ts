/**
 * Milliseconds in which an answer must be complete. Longer than the push function may take, which then says what it has
 * done.
 */
export const DEFAULT_TIMEOUT_MS = 30_000;
