import { describe, expect, test } from 'vitest';
import { type Calls, totalOf } from '../../bench/cost/calls.ts';
import { usagePerOperation as usage } from '../../bench/cost/usage-per-operation.ts';
import { BROADCAST_SEGMENTS } from '../../lambda/broadcast/broadcast-task.ts';
import { patience } from '../e2e/running-stack.ts';
import { CountedStack } from './counted-stack.ts';

// A page of a broadcast has forty connections then.
const context = { groups: 'true', claimedGroups: 'true', broadcastPostsPerSecond: '100' };
const counted = new CountedStack({ context });
const { stack } = counted;

const request = (method: string, path: string, body?: string) => () =>
  stack.request(method, path, body === undefined ? {} : { body });

describe('with groups, AWS is asked for exactly this much by', () => {
  test('a browser that registers and is in none: one read more', async () => {
    await counted.expectCalls(
      () => counted.framed('alone'),
      totalOf([1, usage.connectAnyOrigin], [1, usage.registerFramed], [1, usage.followGroups]),
    );
  });

  test('a backend that puts a uid into a group, and takes it out', async () => {
    await counted.framed('member');

    await counted.expectCalls(
      request('PUT', 'groups/put/uids/member'),
      totalOf([1, usage.request], [1, usage.putIntoGroup], [1, usage.putConnectionIntoGroup]),
    );
    await counted.expectCalls(
      request('DELETE', 'groups/put/uids/member'),
      totalOf([1, usage.request], [1, usage.takeOutOfGroup], [1, usage.takeConnectionOutOfGroup]),
    );
  });

  test('a browser that registers and is in two groups: a write for each', async () => {
    await stack.request('PUT', 'groups/first/uids/in-two');
    await stack.request('PUT', 'groups/second/uids/in-two');

    await counted.expectCalls(
      () => counted.framed('in-two'),
      totalOf(
        [1, usage.connectAnyOrigin],
        [1, usage.registerFramed],
        [3, usage.followGroups],
        [2, usage.groupRow],
      ),
    );
  });

  test('a page that joins, and leaves', async () => {
    const browser = await counted.framed('joining');
    const say = (action: string) => async () =>
      counted.send(browser, JSON.stringify({ action, group: 'joined' }));

    await counted.expectCalls(say('join'), usage.joinGroup);
    await counted.expectCalls(say('leave'), usage.joinGroup);
  });

  test.each([1, 5, 40])(
    'a push to a group of %i connections: one read, and a post for each',
    async (size) => {
      const group = `of-${size}`;
      for (let n = 0; n < size; n++) await counted.framed(`${group}-${n % 3}`);
      for (let n = 0; n < 3; n++) await stack.request('PUT', `groups/${group}/uids/${group}-${n}`);

      await counted.expectCalls(
        request('POST', `groups/${group}/push`, '{"hi":1}'),
        totalOf([1, usage.request], [1, usage.lookup], [size, usage.delivery]),
      );
    },
  );

  test('a push to a group of two pages: a read for each MB of rows, and a post for each connection', async () => {
    // Some 1,350 bytes a row, so a page of 1 MB has fewer than 800.
    const group = 'g'.repeat(256);
    const uids = Array.from({ length: 14 }, (_, n) => String(n).padEnd(1_000, 'u'));
    for (const uid of uids) {
      await Promise.all(Array.from({ length: 60 }, () => counted.plain(uid)));
      await expect.poll(() => stack.connectionsOf(uid), patience).toBe(60);
      await stack.request('PUT', `groups/${group}/uids/${uid}`);
    }

    await counted.expectCalls(
      request('POST', `groups/${group}/push`, '{"hi":1}'),
      totalOf([1, usage.request], [2, usage.lookup], [14 * 60, usage.delivery]),
    );
  });

  test('a push in the background to a group: of each segment a worker for each page', async () => {
    const group = 'background';
    // All of one uid are in one segment, whose first page has forty.
    await Promise.all(Array.from({ length: 45 }, () => counted.plain(group)));
    await expect.poll(() => stack.connectionsOf(group), patience).toBe(45);
    await stack.request('PUT', `groups/${group}/uids/${group}`);
    const headers = { prefer: 'respond-async' };

    await counted.expectCalls(
      () => stack.request('POST', `groups/${group}/push`, { body: '{"hi":1}', headers }),
      totalOf(
        [1, usage.broadcast],
        [BROADCAST_SEGMENTS + 1, usage.groupPage],
        [1, usage.nextPage],
        [45, usage.delivery],
      ),
    );
  });

  test('a connection of two groups that closes', async () => {
    const browser = await counted.framed('closing');
    await stack.request('PUT', 'groups/closes/uids/closing');
    await stack.request('PUT', 'groups/closes-too/uids/closing');
    const expected: Calls = totalOf([1, usage.disconnect], [3, usage.followGroups], [2, usage.groupRow]);
    // One that was opened a moment ago is marked as closed, too: the mark takes the registration's place.
    await counted.expectCalls(() => browser.close(), expected);
  });
});
