import type { Clock } from '../protocol/clock.ts';

/**
 * Returns a function that waits for a turn: the n-th, counted from 0, comes n / `perSecond` seconds after the first, or
 * later.
 */
export function pace(perSecond: number, clock: Pick<Clock, 'now' | 'sleep'>): () => Promise<void> {
  let startedAt: number | undefined;
  let turns = 0;
  return async () => {
    startedAt ??= clock.now();
    const wait = startedAt + (turns++ * 1_000) / perSecond - clock.now();
    if (wait > 0) await clock.sleep(wait);
  };
}
