import { describe, expect, test } from 'vitest';
import type { PostOutcome } from '../../../lambda/connection/connections.ts';
import { retryThrottled } from '../../../lambda/connection/retrying-connections.ts';
import { SkippingClock } from '../../support/fake-clock.ts';

/** Posts with these outcomes, one after the other, the last for ever. */
function conditions(outcomes: PostOutcome[], { random = 0.5, lastAttemptAt = 60_000 } = {}) {
  const clock = new SkippingClock(0);
  let attempts = 0;
  const post = () =>
    retryThrottled(async () => outcomes[Math.min(attempts++, outcomes.length - 1)]!, {
      retryForMs: 3_000,
      lastAttemptAt,
      clock,
      random: () => random,
    });
  return { post, waits: clock.sleeps, attempts: () => attempts, time: () => clock.now() };
}

describe('a post', () => {
  test.each(['delivered', 'gone', 'failed'] as const)('that is %s is not tried again', async (outcome) => {
    const { post, attempts } = conditions([outcome]);

    expect(await post()).toBe(outcome);
    expect(attempts()).toBe(1);
  });

  test('that was throttled is tried again until it is taken', async () => {
    const { post, attempts } = conditions(['throttled', 'throttled', 'delivered']);

    expect(await post()).toBe('delivered');
    expect(attempts()).toBe(3);
  });

  test('waits longer each time, up to a second, by a random share', async () => {
    const { post, waits } = conditions(['throttled'], { random: 0.5 });
    await post();

    expect(waits.slice(0, 7)).toEqual([25, 50, 100, 200, 400, 500, 500]);
  });

  test('that is throttled for ever fails when the time for retries is over', async () => {
    const { post, time } = conditions(['throttled']);

    expect(await post()).toBe('failed');
    expect(time()).toBeGreaterThan(3_000);
    expect(time()).toBeLessThanOrEqual(4_000);
  });

  test('is not tried when there is no time left for an answer', async () => {
    const { post, attempts } = conditions(['delivered'], { lastAttemptAt: -1 });

    expect(await post()).toBe('failed');
    expect(attempts()).toBe(0);
  });

  test('is not tried again when there is no time left for an answer', async () => {
    const { post, attempts } = conditions(['throttled', 'delivered'], { lastAttemptAt: 10, random: 0.9 });

    expect(await post()).toBe('failed');
    expect(attempts()).toBe(1);
  });
});
