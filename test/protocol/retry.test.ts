import { expect, test } from 'vitest';
import { exponentialBackoff, type RetryPolicy, retry } from '../../protocol/retry.ts';
import { SkippingClock } from '../support/fake-clock.ts';

/** The outcomes of attempts, one after the other, and a policy that repeats `busy` after a second. */
function operation(outcomes: string[], policy: Partial<RetryPolicy<string>> = {}) {
  const clock = new SkippingClock(0);
  const numbers: number[] = [];
  const outcome = retry(
    async (number) => {
      numbers.push(number);
      return outcomes[number - 1] ?? 'busy';
    },
    { isRetryable: (found) => found === 'busy', delayMs: () => 1_000, ...policy },
    clock,
  );
  return { outcome, numbers, waits: clock.sleeps };
}

test('an outcome that is final is returned at once', async () => {
  const { outcome, waits } = operation(['done']);

  expect(await outcome).toBe('done');
  expect(waits).toEqual([]);
});

test('an operation is attempted until its outcome is final', async () => {
  const { outcome, numbers } = operation(['busy', 'busy', 'done']);

  expect(await outcome).toBe('done');
  expect(numbers).toEqual([1, 2, 3]);
});

test('after the last attempt nothing is waited for, and its outcome is returned', async () => {
  const { outcome, numbers, waits } = operation([], { maxAttempts: 3 });

  expect(await outcome).toBe('busy');
  expect(numbers).toEqual([1, 2, 3]);
  expect(waits).toHaveLength(2);
});

test('no attempt starts after the last one may', async () => {
  const { outcome, numbers } = operation([], { lastAttemptAt: 2_500 });

  expect(await outcome).toBe('busy');
  expect(numbers).toEqual([1, 2, 3]);
});

test('without time for an attempt there is no outcome', async () => {
  const { outcome, numbers } = operation(['done'], { lastAttemptAt: -1 });

  expect(await outcome).toBeUndefined();
  expect(numbers).toEqual([]);
});

test('a wait is by the number of retries and the outcome', async () => {
  const { outcome, waits } = operation(['busy', 'busy', 'done'], {
    delayMs: (retries, found) => (found === 'busy' ? exponentialBackoff(50, 150, retries + 1) : 0),
  });

  await outcome;
  expect(waits).toEqual([100, 150]);
});

test('an exception of an attempt is thrown', async () => {
  const failed = retry(
    () => Promise.reject(new Error('broken')),
    { isRetryable: () => true, delayMs: () => 0 },
    new SkippingClock(),
  );

  await expect(failed).rejects.toThrow('broken');
});
