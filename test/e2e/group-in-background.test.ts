import { expect, test } from 'vitest';
import { createPushClient } from '../../client/backend/push-client.ts';
import { MAX_GROUP_CONNECTIONS_AT_ONCE } from '../../protocol/limits.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { isSearch } from '../support/properties.ts';
import { QueueingClient } from '../support/queueing-client.ts';
import { patience, runStack } from './running-stack.ts';

/** That many need all of a machine. */
const pageCount = isSearch ? 2_000 : 300;

/** The queue's time stands still until a test moves it on: tasks of dead workers come back then. */
const queueClock = new FakeClock(Date.now());
const stack = runStack({
  queueClock,
  identity: 'claimed',
  // A machine that does the work of all the workers itself can't start 5,000 posts a second.
  context: { groups: 'true', broadcastPostsPerSecond: '500' },
});

function client() {
  return createPushClient({ url: stack.stack.outputs.PushUrl ?? '' });
}

async function pageIn(group: string, uid: string): Promise<QueueingClient> {
  const page = await QueueingClient.connect(stack.stack.outputs.WebSocketUrl);
  page.send(uid);
  await expect.poll(() => stack.connectionsOf(uid), patience).toBe(1);
  await client().groups.add(group, uid);
  return page;
}

test('a push to a group of more than a request has time for is answered with the same truth in the end', async () => {
  const group = 'crowd';
  const page = await pageIn(group, 'living');
  await stack.fillGroup(group, MAX_GROUP_CONNECTIONS_AT_ONCE);
  const states: string[] = [];
  const onProgress = ({ state }: { state: string }) => void states.push(state);

  expect(await client().groups.push(group, '{"n" : 1.0}', { onProgress, idempotencyKey: 'k' })).toEqual({
    group,
    delivered: 1,
    gone: 0,
    failed: MAX_GROUP_CONNECTIONS_AT_ONCE,
    excluded: 0,
  });
  expect(states.at(-1)).toBe('finished');
  // The same key has the same answer, and nothing is pushed again.
  const again = await stack.request('POST', `groups/${group}/push`, {
    body: '{"n" : 1.0}',
    headers: { 'idempotency-key': 'k' },
  });
  expect({ status: again.status, body: await again.json() }).toMatchObject({ status: 202, body: { group } });
  expect(await page.next()).toBe('{"n" : 1.0}');
  expect(page.waiting).toEqual([]);
  await page.close();
});

test(`a push in the background to ${pageCount} pages, while the group grows and a worker is killed, misses nobody and has exact counts`, async () => {
  const group = 'growing';
  const pages: QueueingClient[] = [];
  for (let n = 0; n < pageCount; n += 10) {
    const some = Array.from({ length: 10 }, (_, index) => pageIn(group, `page ${n + index}`));
    pages.push(...(await Promise.all(some)));
  }
  let posts = 0;
  let killed = 0;
  const kill = async () => {
    killed = await stack.stack.functions.killSandboxes('UidPushBroadcastWorker');
  };
  stack.faults.post = () => {
    posts += 1;
    if (posts === Math.floor(pageCount / 2)) void kill();
    return undefined;
  };
  const { multicast } = await client().groups.startPush(group, '{"to":"the group"}');
  // The tasks of the killed workers are invisible until then.
  await expect.poll(() => killed, patience).toBeGreaterThan(0);
  const { groupTable } = stack;
  await groupTable.growLayout(group, await groupTable.layoutOf(group), Date.now());
  // Some rows are in two places then.
  for (let n = 0; n < pageCount; n += 10) await client().groups.add(group, `page ${n}`);
  queueClock.advance(41_000);

  const state = async () => (await client().groups.pushStatus(multicast)).state;
  await expect.poll(state, { ...patience, interval: 100 }).toBe('finished');
  expect(await client().groups.pushStatus(multicast)).toMatchObject({
    group,
    delivered: pageCount,
    gone: 0,
    failed: 0,
    excluded: 0,
  });
  for (const page of pages) expect(await page.next()).toBe('{"to":"the group"}');
  await Promise.all(pages.map((page) => page.close()));
});
