import { expect, test } from 'vitest';
import { elapsedTime } from '../../../client/browser/elapsed-time.ts';
import { hour } from './setting.ts';

/** A computer's two clocks. Awake, both go on. */
function computer() {
  const clocks = { wall: Date.UTC(2026, 0, 31), monotonic: 100 };
  const elapsed = elapsedTime(
    () => Math.round(clocks.wall),
    () => clocks.monotonic,
  );
  const start = elapsed();
  return {
    pass: (milliseconds: number) => {
      clocks.wall += milliseconds;
      clocks.monotonic += milliseconds;
    },
    set: (milliseconds: number) => {
      clocks.wall += milliseconds;
    },
    elapsed: () => elapsed() - start,
  };
}

test('time passes', () => {
  const { pass, elapsed } = computer();
  pass(5_000);

  expect(elapsed()).toBe(5_000);
});

test('a wall clock that is set back changes nothing, then and later', () => {
  const { pass, set, elapsed } = computer();
  pass(5_000);
  set(-hour);
  expect(elapsed()).toBe(5_000);
  pass(5_000);

  expect(elapsed()).toBe(10_000);
});

test('sleep counts where the monotonic clock stands still in it', () => {
  const { pass, set, elapsed } = computer();
  pass(5_000);
  set(hour);
  pass(5_000);

  expect(elapsed()).toBe(hour + 10_000);
});

test('rounding and small adjustments of the wall clock add up to nothing', () => {
  const { pass, set, elapsed } = computer();
  for (let count = 0; count < 10_000; count++) {
    pass(0.3);
    set(0.4);
    elapsed();
  }

  expect(elapsed()).toBeCloseTo(3_000);
});
