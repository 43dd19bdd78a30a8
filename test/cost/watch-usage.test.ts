import { describe, expect, test } from 'vitest';
import { totalOf } from '../../bench/cost/calls.ts';
import { usagePerOperation as usage } from '../../bench/cost/usage-per-operation.ts';
import { patience } from '../e2e/running-stack.ts';
import { FakeClock } from '../support/fake-clock.ts';
import type { QueueingClient } from '../support/queueing-client.ts';
import { CountedStack } from './counted-stack.ts';

const counted = new CountedStack({
  context: {
    presence: 'true',
    presenceQueue: 'true',
    presenceGraceSeconds: '1',
    presenceWatch: 'true',
    claimedWatch: 'true',
  },
  // Sweeps would be counted when they come.
  scheduleClock: new FakeClock(),
});

/** What a list of two uids adds, in requests: both rows in one, both states in one. */
const ofTwo = { tableBatchWrite: 1, tablePairRead: 1 };
const comes = totalOf(
  [1, usage.connectAnyOrigin],
  [1, usage.registerFramed],
  [1, usage.userComes],
  [1, usage.findWatchers],
);

async function watch(browser: QueueingClient, uids: readonly string[]): Promise<void> {
  counted.send(browser, JSON.stringify({ action: 'watch', uids }));
  await browser.next();
}

async function close(browser: QueueingClient): Promise<void> {
  counted.online.splice(counted.online.indexOf(browser), 1);
  await browser.close();
}

describe('where pages may watch, AWS is asked', () => {
  test('for one read more by a connection that ends and watched nobody', async () => {
    await counted.expectCalls(async () => void (await counted.framed('stays')), comes);
    const browser = await counted.framed('stays');

    await counted.expectCalls(
      () => close(browser),
      totalOf([1, usage.disconnect], [1, usage.connectionLeaves], [1, usage.readWatchList]),
    );
  });

  test('by a watch, by the same again, by one uid more, and by its end', async () => {
    await counted.expectCalls(async () => void (await counted.framed('watcher')), comes);
    const browser = await counted.framed('watcher');
    await counted.expectCalls(() => watch(browser, ['a', 'b']), totalOf([1, usage.watch], [1, ofTwo]));

    // Nothing has to be written but when it was asked for.
    const same = { ...usage.watch, tablePairRead: 3, tableWrite: 1 };
    await counted.expectCalls(() => watch(browser, ['b', 'a']), same);
    await counted.expectCalls(() => watch(browser, ['a', 'b', 'c']), totalOf([1, usage.watch], [1, ofTwo]));

    await counted.expectCalls(
      () => close(browser),
      totalOf(
        [1, usage.disconnect],
        [1, usage.connectionLeaves],
        [1, usage.readWatchList],
        [1, usage.endWatch],
        [1, { tableBatchWrite: 1 }],
      ),
    );
  });

  test('by a watch that is refused, as the pages of the uid changed too often in this minute', async () => {
    await counted.expectCalls(async () => void (await counted.framed('changes')), comes);
    const browser = counted.online.at(-1)!;
    const list = (time: number) => Array.from({ length: 100 }, (_, index) => `${time}-${index}`);
    const answerTo = async (time: number) => {
      counted.send(browser, JSON.stringify({ action: 'watch', uids: list(time) }));
      return JSON.parse(await browser.next());
    };
    let time = 0;
    while ((await answerTo(time++)).type === 'watching') expect(time).toBeLessThan(100);
    // The last invocation, too, has been reported: one registered, the others were frames.
    await expect.poll(() => counted.invocationsOf('registerFunction'), patience).toBe(1 + time);

    const allowed = totalOf([1, usage.watch], [1, { tableBatchWrite: 8, tablePairRead: 1 }]);
    // Where another minute has begun in between, it is allowed.
    await counted.expectCalls(() => answerTo(time), usage.watchRefused, allowed);
  });

  test('by a change that one page is shown', async () => {
    await counted.expectCalls(async () => void (await counted.framed('friend of')), comes);
    const watched = totalOf([1, usage.watch], [1, ofTwo]);
    await counted.expectCalls(() => watch(counted.online.at(-1)!, ['friend']), watched);

    const { tableRead: _, ...shown } = usage.showChange;
    // Of one connection and of a hundred it is one request.
    await counted.expectCalls(
      async () => void (await counted.framed('friend')),
      totalOf([1, comes], [1, shown], [1, { tablePairRead: 1 }]),
    );
  });
});
