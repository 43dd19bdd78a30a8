import { describe, expect, test } from 'vitest';
import { totalOf } from '../../bench/cost/calls.ts';
import { usagePerOperation as usage } from '../../bench/cost/usage-per-operation.ts';
import { patience } from '../e2e/running-stack.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { PresenceEvents } from '../support/presence-events.ts';
import type { QueueingClient } from '../support/queueing-client.ts';
import { CountedStack } from './counted-stack.ts';

const counted = new CountedStack({
  // No sweep comes in between.
  scheduleClock: new FakeClock(),
  context: {
    presence: 'true',
    presenceQueue: 'true',
    presenceEventBus: 'own',
    presenceGraceSeconds: '1',
  },
});
const { stack } = counted;

/** A framed connection of a uid that is online by the events, too. */
async function online(uid: string): Promise<QueueingClient> {
  const looks = () => counted.invocationsOf('presenceWorker');
  const before = looks();
  const browser = await counted.framed(uid);
  const events = new PresenceEvents(stack.stack.outputs.PresenceQueueUrl!);
  await expect.poll(() => events.typesOf(uid), patience).toEqual(['user.online']);
  // The worker has noted it, and ended.
  await expect.poll(looks, patience).toBeGreaterThan(before);
  return browser;
}

async function close(browser: QueueingClient): Promise<void> {
  counted.online.splice(counted.online.indexOf(browser), 1);
  await browser.close();
}

describe('with presence, AWS is asked', () => {
  test('for nothing more by a framed page of a uid that is online: the same request reads one item more', async () => {
    await online('second tab');

    await counted.expectCalls(
      () => counted.framed('second tab'),
      totalOf([1, usage.connectAnyOrigin], [1, usage.registerFramed]),
    );
  });

  test('for one read more by a connection that is closed after another took its place', async () => {
    const browser = await online('replaced');
    await counted.framed('replaced');

    await counted.expectCalls(
      () => close(browser),
      totalOf([1, usage.disconnect], [1, usage.connectionLeaves]),
    );
  });

  test('once for each hundred uids of a question for who is online', async () => {
    await online('asked for');
    const ask = (count: number) => {
      const uids = ['asked for', ...Array.from({ length: count - 1 }, (_, index) => index)];
      return stack.request('POST', 'presence', { body: JSON.stringify({ uids }) });
    };

    for (const [uids, reads] of [
      [1, 1],
      [100, 1],
      [101, 2],
      [1_000, 10],
    ] as const) {
      await counted.expectCalls(() => ask(uids), { pushFunction: 1, tablePairRead: reads });
    }
    expect(await (await ask(1_000)).json()).toMatchObject({ online: [{ uid: 'asked for' }] });
  });

  test('once for a count of all, while the table is one page', async () => {
    await online('counted');

    await counted.expectCalls(
      () => stack.request('GET', 'presence'),
      totalOf([1, usage.request], [1, usage.countOnline]),
    );
  });

  test('for nothing more by a push', async () => {
    await online('pushed to');

    await counted.expectCalls(
      () => stack.push('{"uid":"pushed to"}'),
      totalOf([1, usage.request], [1, usage.lookup], [1, usage.delivery]),
    );
  });

  test('for two looks by a user who comes and leaves, one of which waits for the grace', async () => {
    await counted.expectCalls(
      async () => void (await counted.framed('comes')),
      totalOf(
        [1, usage.connectAnyOrigin],
        [1, usage.registerFramed],
        [1, usage.userComes],
        [1, usage.tellEventBus],
      ),
    );

    await counted.expectCalls(
      () => close(counted.online.at(-1)!),
      totalOf([1, usage.disconnect], [1, usage.userLeaves], [1, usage.tellEventBus]),
    );
  });
});
