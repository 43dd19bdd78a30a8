import { expect, test } from 'vitest';
import { backoff } from '../../../client/browser/backoff.ts';

test.each([
  [0, 500],
  [1, 1_000],
  [5, 16_000],
  [6, 30_000],
  [10_000, 30_000],
])('after %i failures the wait is anything from nothing to %i milliseconds', (failures, longest) => {
  expect(backoff(failures, () => 0)).toBe(0);
  expect(backoff(failures, () => 0.5)).toBe(longest / 2);
  expect(backoff(failures, () => 1)).toBe(longest);
});
