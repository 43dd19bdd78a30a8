import type { Clock } from './environment.ts';

const longestStepMs = 30_000;

/**
 * Calls back after `milliseconds`, counting those in which the computer slept; the answer cancels it. Timers stand still during
 * sleep, so this one looks at the clock every 30 seconds. A clock that is set back doesn't delay it.
 */
export function sleepProofTimer(clock: Clock, milliseconds: number, callback: () => void): () => void {
  let left = milliseconds;
  const step = () => {
    const length = Math.min(left, longestStepMs);
    const start = clock.now();
    return clock.after(length, () => {
      left -= Math.max(length, clock.now() - start);
      if (left > 0) cancel = step();
      else callback();
    });
  };
  let cancel = step();
  return () => cancel();
}
