import type { Connection } from '../table/connection-table.ts';

/** Looks that are due are kept by spans of this length, and asked for when the span is over. */
const spanMs = 5 * 60_000;

/** Returns the span that a time is in, counted since 1970. */
export function dueSpanOf(time: number): number {
  return Math.floor(time / spanMs);
}

/**
 * When to look at a uid again whose connections are `open`: when the last of them will have expired, and the grace is
 * over. One that was closed without a word is gone by then. Not sooner than the next span begins: a span that is over
 * gets no more.
 */
export function dueAfter(
  open: readonly Pick<Connection, 'expiresAt'>[],
  now: number,
  graceMs: number,
): number {
  const lastExpiry = Math.max(0, ...open.map(({ expiresAt }) => expiresAt * 1_000));
  return Math.max(lastExpiry + graceMs, now + spanMs);
}

/** Whether a look that was arranged will still be made, by a sweep that has not got to its span yet. */
export function isStillDue(dueAt: number, now: number): boolean {
  return dueAt > now + 60_000;
}
