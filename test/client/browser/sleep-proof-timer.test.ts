import { expect, test } from 'vitest';
import { sleepProofTimer } from '../../../client/browser/sleep-proof-timer.ts';
import { hour, minute } from './setting.ts';
import { SleepyClock } from './sleepy-clock.ts';

function started(milliseconds: number) {
  const clock = new SleepyClock();
  const called: number[] = [];
  const start = clock.now();
  const cancel = sleepProofTimer(clock, milliseconds, () => called.push(clock.now() - start));
  return { clock, called, cancel };
}

test('it calls back once, on time', () => {
  const { clock, called } = started(hour);
  clock.advance(2 * hour);

  expect(called).toEqual([hour]);
});

test('the time in which the computer sleeps counts', () => {
  const { clock, called } = started(hour);
  clock.advance(10 * minute);
  clock.suspend(40 * minute);
  clock.advance(10 * minute);

  expect(called).toEqual([hour]);
});

test('a time that passed in sleep is noticed within 30 seconds', () => {
  const { clock, called } = started(hour);
  clock.advance(minute + 1);
  clock.suspend(5 * hour);
  clock.advance(30_000);

  expect(called).toEqual([5 * hour + minute + 30_000]);
});

test('a clock that is set back does not delay it', () => {
  const { clock, called } = started(hour);
  clock.advance(10 * minute);
  clock.set(-24 * hour);
  clock.advance(50 * minute);

  expect(called).toHaveLength(1);
});

test('cancelled, it leaves nothing behind', () => {
  const { clock, called, cancel } = started(hour);
  clock.advance(10 * minute);
  cancel();
  expect(clock.pending).toBe(0);
  clock.advance(hour);

  expect(called).toEqual([]);
});
