import { describe, expect, test } from 'vitest';
import { createPushClient, type PushClient } from '../../client/backend/push-client.ts';
import type { MulticastStatus } from '../../protocol/answers/multicast.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { isSearch } from '../support/properties.ts';
import { QueueingClient } from '../support/queueing-client.ts';
import { patience, runStack } from './running-stack.ts';

/** That many need all of a machine. */
const uidCount = isSearch ? 10_000 : 1_500;

/** The queue's time stands still until a test moves it on: tasks of dead workers come back then. */
const queueClock = new FakeClock(Date.now());
// A machine that does the work of all the workers itself can't start 5,000 posts a second.
const stack = runStack({ queueClock, context: { broadcastPostsPerSecond: '500' } });

function client(): PushClient {
  return createPushClient({ url: stack.stack.outputs.PushUrl ?? '' });
}

async function finished(id: string): Promise<MulticastStatus> {
  const state = async () => (await client().multicastStatus(id)).state;
  await expect.poll(state, { ...patience, interval: 100 }).toBe('finished');
  return client().multicastStatus(id);
}

describe('a multicast in the background', () => {
  test('reaches who is online with the message as it was written, and names who is offline, page by page', async () => {
    const browser = await stack.browser('u1');
    const { multicast: id } = await client().startMulticast(['nobody 1', 'u1', 'nobody 2'], '{"n" : 1.0}');

    expect(await browser.next()).toBe('{"n" : 1.0}');
    expect(await finished(id)).toMatchObject({ uids: 3, done: 3, delivered: 1, offline: 2, unavailable: 0 });
    const first = await client().multicastUids(id, 'offline', { limit: 1 });
    expect(first).toEqual({ uids: ['nobody 1'], after: expect.any(String) });
    expect(await client().multicastUids(id, 'offline', { after: first.after! })).toEqual({
      uids: ['nobody 2'],
    });
    expect(await client().multicastUids(id, 'unavailable')).toEqual({ uids: [] });
  });

  test('of more than a thousand is waited for by the client, which tells how far it is', async () => {
    const browser = await stack.browser('of many');
    const uids = ['of many', ...Array.from({ length: 1_200 }, (_, number) => `nobody ${number}`)];
    const told: MulticastStatus[] = [];
    const onProgress = (status: MulticastStatus) => void told.push(status);
    const result = await client().multicast(uids, { n: 2 }, { onProgress });

    expect(result).toEqual({
      uids: 1_201,
      delivered: 1,
      gone: 0,
      failed: 0,
      offline: uids.slice(1),
      unavailable: [],
    });
    expect(told.at(-1)).toMatchObject({ state: 'finished', done: 1_201 });
    expect(await browser.next()).toBe('{"n":2}');
  });

  test('that is stored reaches a page that comes later', async () => {
    const { multicast: id } = await client().startMulticast(['later'], { n: 3 }, { ttlSeconds: 60 });
    expect(await finished(id)).toMatchObject({ stored: 1, offline: 1 });
    const browser = await QueueingClient.connect(stack.stack.outputs.WebSocketUrl);
    browser.send('{"action":"register","uid":"later","since":0}');

    expect(JSON.parse(await browser.next())).toMatchObject({ type: 'registered', latest: 1 });
    expect(JSON.parse(await browser.next())).toMatchObject({ type: 'message', seq: 1, data: { n: 3 } });
    await browser.close();
  });

  test('that nobody started is unknown', async () => {
    await expect(client().multicastStatus('none')).rejects.toMatchObject({ code: 'unknown-multicast' });
  });

  test(`to ${uidCount} uids, of which three in ten are online, 3 % of these gone, 1 % throttled at first, a worker killed in the middle, has exact counts and names exactly who is offline`, async () => {
    stack.faults.losesDisconnect = () => true;
    const numbers = Array.from({ length: uidCount }, (_, number) => number);
    const uids = numbers.map((number) => `crowd ${number}`);
    const online = numbers.filter((number) => number % 10 < 3);
    const isGone = (number: number) => number % 100 === 2 || number % 1_000 === 11;
    const clients = new Map<number, QueueingClient>();
    for (const number of online) {
      const page = await QueueingClient.connect(stack.stack.outputs.WebSocketUrl);
      page.send(`crowd ${number}`);
      clients.set(number, page);
    }
    for (const number of online) {
      await expect.poll(() => stack.connectionsOf(`crowd ${number}`), patience).toBe(1);
    }
    const living = online.filter((number) => !isGone(number));
    const { gateway } = stack.stack;
    const dead = new Set<string>();
    for (const number of online.filter(isGone)) {
      const [row] = await stack.table.connectionsOf(`crowd ${number}`, Date.now());
      dead.add(row!.connectionId);
      clients.get(number)!.kill();
    }
    const isDead = (connectionId: string) => dead.has(connectionId);
    await expect.poll(() => gateway.connectionIds().filter(isDead), patience).toEqual([]);

    let posts = 0;
    let killed = 0;
    const throttled = new Set<string>();
    stack.faults.post = (connectionId) => {
      posts += 1;
      if (posts === Math.floor(living.length / 2)) void killWorkers();
      if (posts % 100 !== 0 || throttled.has(connectionId)) return undefined;
      throttled.add(connectionId);
      return { kind: 'throttle' };
    };
    const killWorkers = async () => {
      killed = await stack.stack.functions.killSandboxes('UidPushBroadcastWorker');
    };
    const { multicast: id } = await client().startMulticast(uids, '{"to":"the crowd"}');
    // The tasks of the killed workers are invisible until then.
    await expect.poll(() => killed, patience).toBeGreaterThan(0);
    queueClock.advance(41_000);

    const { delivered, gone, failed, done, offline, unavailable } = await finished(id);
    expect({ delivered, failed, done, unavailable }).toEqual({
      delivered: living.length,
      failed: 0,
      done: uidCount,
      unavailable: 0,
    });
    // A killed worker may have forgotten gone browsers without counting them.
    expect(gone).toBeLessThanOrEqual(online.length - living.length);
    expect(offline).toBe(uidCount - living.length);
    const named: string[] = [];
    for (let after: string | undefined = '0'; after !== undefined; ) {
      const page = await client().multicastUids(id, 'offline', { limit: 500, after });
      named.push(...page.uids);
      after = page.after;
    }
    const livingUids = new Set(living.map((number) => `crowd ${number}`));
    expect(named).toEqual(uids.filter((uid) => !livingUids.has(uid)));
    for (const number of living) expect(await clients.get(number)!.next()).toBe('{"to":"the crowd"}');
    await Promise.all(living.map((number) => clients.get(number)!.close()));
  });
});
