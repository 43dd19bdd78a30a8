import { expect, test } from 'vitest';
import { backOffSeconds } from '../../../lambda/webhook/back-off.ts';

const attempts = 32;

test('an event is sent again after 5 seconds, then after twice as long each time, up to an hour', () => {
  const delays = [1, 2, 3, 10, 11, attempts].map((attempt) => backOffSeconds(attempt, () => 0));

  expect(delays).toEqual([5, 10, 20, 2_560, 3_600, 3_600]);
  expect(backOffSeconds(1, () => 0.999)).toBeLessThanOrEqual(6);
});

test('all attempts take about a day', () => {
  const seconds = Array.from({ length: attempts - 1 }, (_, index) => backOffSeconds(index + 1, () => 0));
  const hours = seconds.reduce((sum, one) => sum + one, 0) / 3_600;

  expect(hours).toBeGreaterThan(22);
  expect(hours).toBeLessThan(24);
});
