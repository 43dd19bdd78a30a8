import pLimit from 'p-limit';
import { describe, expect, test } from 'vitest';
import type { CloseOutcome, PostOutcome, ProbeOutcome } from '../../../lambda/connection/connections.ts';
import { closeConnection, RetryingConnections } from '../../../lambda/connection/retrying-connections.ts';
import { FrameErrorCode } from '../../../protocol/frame-error.ts';
import { SkippingClock } from '../../support/fake-clock.ts';

type Outcomes = { post?: PostOutcome[]; close?: CloseOutcome[]; probe?: ProbeOutcome[] };

/** API Gateway with these outcomes, one after the other, the last for ever. */
function apiGateway(outcomes: Outcomes, { random = 0.5, lastAttemptAt = 60_000, retryForMs = 3_000 } = {}) {
  const calls: string[] = [];
  const clock = new SkippingClock(0);
  const answer = <Outcome>(call: string, queue: Outcome[] = []) => {
    calls.push(call);
    const outcome = queue.length > 1 ? queue.shift() : queue[0];
    return outcome!;
  };
  const connections = new RetryingConnections(
    {
      post: async () => answer('post', outcomes.post),
      close: async () => answer('close', outcomes.close),
      probe: async () => answer('probe', outcomes.probe),
    },
    { retryForMs, lastAttemptAt, clock, random: () => random },
  );
  return { connections, calls, waits: clock.sleeps, time: () => clock.now() };
}

const post = ({ connections }: ReturnType<typeof apiGateway>) => connections.post('c', 'hi');

describe('a post', () => {
  test.each(['delivered', 'failed'] as const)('that is %s costs one call', async (outcome) => {
    const api = apiGateway({ post: [outcome] });

    expect(await post(api)).toBe(outcome);
    expect(api.calls).toEqual(['post']);
  });

  test('that is answered 410 twice, by the post and by the probe, is gone', async () => {
    const api = apiGateway({ post: ['gone'], probe: ['gone'] });

    expect(await post(api)).toBe('gone');
    expect(api.calls).toEqual(['post', 'probe']);
  });

  test('that is answered 410 for a connection that lives is made once more', async () => {
    const api = apiGateway({ post: ['gone', 'delivered'], probe: ['open'] });

    expect(await post(api)).toBe('delivered');
    expect(api.calls).toEqual(['post', 'probe', 'post']);
  });

  test.each([
    [0, 50],
    [0.5, 125],
    [1, 200],
  ])('waits from 50 to 200 ms before the probe: with chance %d, %d ms', async (random, wait) => {
    const api = apiGateway({ post: ['gone'], probe: ['gone'] }, { random });
    await post(api);

    expect(api.waits).toEqual([wait]);
  });

  test.each(['throttled', 'failed'] as const)(
    'whose probe is %s is failed: the connection may live',
    async (state) => {
      const api = apiGateway({ post: ['gone'], probe: [state] });

      expect(await post(api)).toBe('failed');
      expect(api.calls).toEqual(['post', 'probe']);
    },
  );

  test('whose second 410 is the truth is gone: the connection closed in between', async () => {
    const api = apiGateway({ post: ['gone'], probe: ['open', 'gone'] });

    expect(await post(api)).toBe('gone');
    expect(api.calls).toEqual(['post', 'probe', 'post', 'probe']);
  });

  test('that is throttled after the probe is tried again, and no longer than it would have been anyhow', async () => {
    const api = apiGateway({ post: ['gone', 'throttled'], probe: ['open'] });

    expect(await post(api)).toBe('failed');
    expect(api.time()).toBeLessThanOrEqual(4_000);
  });

  test('that is answered 410 for ever though the connection is open fails after ten attempts', async () => {
    const api = apiGateway({ post: ['gone'], probe: ['open'] }, { retryForMs: 60_000 });

    expect(await post(api)).toBe('failed');
    expect(api.calls.filter((call) => call === 'post')).toHaveLength(10);
    expect(api.calls).toHaveLength(19);
  });

  test('is not probed, and not forgotten, when there is no time left for an answer', async () => {
    const api = apiGateway({ post: ['gone'], probe: ['gone'] }, { lastAttemptAt: 49 });

    expect(await post(api)).toBe('failed');
    expect(api.calls).toEqual(['post']);
  });

  test('is not asked about a second time when there is no time left for an answer', async () => {
    const api = apiGateway({ post: ['gone'], probe: ['open'] }, { lastAttemptAt: 130, random: 0.5 });

    expect(await post(api)).toBe('failed');
    expect(api.calls).toEqual(['post', 'probe', 'post']);
  });
});

describe('a post that is throttled', () => {
  test('is tried again until it is taken', async () => {
    const api = apiGateway({ post: ['throttled', 'throttled', 'delivered'] });

    expect(await post(api)).toBe('delivered');
    expect(api.calls).toEqual(['post', 'post', 'post']);
  });

  test('waits longer each time, up to a second, by a random share', async () => {
    const api = apiGateway({ post: ['throttled'] });
    await post(api);

    expect(api.waits.slice(0, 7)).toEqual([25, 50, 100, 200, 400, 500, 500]);
  });

  test('for ever fails when the time for retries is over', async () => {
    const api = apiGateway({ post: ['throttled'] });

    expect(await post(api)).toBe('failed');
    expect(api.time()).toBeGreaterThan(2_000);
    expect(api.time()).toBeLessThanOrEqual(3_000);
  });

  test('and then answered 410 is probed as any other', async () => {
    const api = apiGateway({ post: ['throttled', 'gone'], probe: ['gone'] });

    expect(await post(api)).toBe('gone');
    expect(api.calls).toEqual(['post', 'post', 'probe']);
  });

  test('is not tried again when there is no time left for an answer', async () => {
    const api = apiGateway({ post: ['throttled', 'delivered'] }, { lastAttemptAt: 10, random: 0.9 });

    expect(await post(api)).toBe('failed');
    expect(api.calls).toEqual(['post']);
  });
});

test('no post is tried when there is no time left for an answer', async () => {
  const api = apiGateway({ post: ['delivered'] }, { lastAttemptAt: -1 });

  expect(await post(api)).toBe('failed');
  expect(api.calls).toEqual([]);
});

test('no more requests than the limit are under way', async () => {
  let underWay = 0;
  let most = 0;
  const turn = async () => {
    most = Math.max(most, ++underWay);
    await new Promise(setImmediate);
    underWay--;
  };
  const connections = new RetryingConnections(
    {
      post: () => turn().then(() => 'delivered'),
      close: () => turn().then(() => 'closed'),
      probe: async () => 'open',
    },
    { retryForMs: 3_000, lastAttemptAt: 60_000, clock: new SkippingClock(0), random: () => 0.5 },
    pLimit(3),
  );
  await Promise.all(
    Array.from({ length: 20 }, (_, n) => (n % 2 ? connections.post('c', 'hi') : connections.close('c'))),
  );

  expect(most).toBe(3);
});

describe('closing a connection', () => {
  const reason = { code: FrameErrorCode.disconnected, message: 'closed' };
  const close = ({ connections }: ReturnType<typeof apiGateway>, isFramed: boolean) =>
    closeConnection(connections, { connectionId: 'c', isFramed }, reason);

  test('says why, in two calls', async () => {
    const api = apiGateway({ post: ['delivered'], close: ['closed'] });

    expect(await close(api, true)).toBe('closed');
    expect(api.calls).toEqual(['post', 'close']);
  });

  test('that lives, but is said to be gone, says why and closes all the same', async () => {
    const api = apiGateway({
      post: ['gone', 'delivered'],
      close: ['gone', 'closed'],
      probe: ['open'],
    });

    expect(await close(api, true)).toBe('closed');
    expect(api.calls).toEqual(['post', 'probe', 'post', 'close', 'probe', 'close']);
  });

  test.each([
    [true, ['post', 'probe']],
    [false, ['close', 'probe']],
  ])('that is closed already costs two calls, framed: %s', async (isFramed, calls) => {
    const api = apiGateway({ post: ['gone'], close: ['gone'], probe: ['gone'] });

    expect(await close(api, isFramed)).toBe('gone');
    expect(api.calls).toEqual(calls);
  });

  test('that may live is not taken for closed', async () => {
    const api = apiGateway({ close: ['gone'], probe: ['failed'] });

    expect(await close(api, false)).toBe('failed');
  });
});
