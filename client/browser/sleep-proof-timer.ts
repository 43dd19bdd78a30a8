import type { Clock } from './environment.ts';

const longestStepMs = 30_000;

/**
 * Calls back after `milliseconds`, counting those in which the computer slept. Timers stand still during sleep, so this
 * one looks at the elapsed time every 30 seconds. Returns a function that cancels it.
 */
export function sleepProofTimer(clock: Clock, milliseconds: number, callback: () => void): () => void {
  let left = milliseconds;
  const step = () => {
    const length = Math.min(left, longestStepMs);
    const start = clock.elapsed();
    return clock.after(length, () => {
      left -= Math.max(length, clock.elapsed() - start);
      if (left > 0) cancel = step();
      else callback();
    });
  };
  let cancel = step();
  return () => cancel();
}
