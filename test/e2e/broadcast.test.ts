import { describe, expect, test } from 'vitest';
import { tableClient } from '../../local/table/table-client.ts';
import type { BroadcastAccepted, BroadcastStatus } from '../../protocol/answers/broadcasts.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { isSearch } from '../support/properties.ts';
import { QueueingClient } from '../support/queueing-client.ts';
import { patience, runStack } from './running-stack.ts';

/** That many need all of a machine. */
const browserCount = isSearch ? 2_000 : 1_000;

/** The queue's time stands still until a test moves it on: tasks of dead workers come back then. */
const queueClock = new FakeClock(Date.now());
// A machine that does the work of all the workers itself can't start 5,000 posts a second.
const stack = runStack({ queueClock, context: { broadcastPostsPerSecond: '500' } });

async function broadcast(text: string): Promise<string> {
  const response = await stack.request('POST', 'broadcast', { body: text });
  expect(response.status).toBe(202);
  return ((await response.json()) as BroadcastAccepted).broadcast;
}

function status(id: string): Promise<BroadcastStatus> {
  return stack.json('GET', `broadcasts/${id}`);
}

async function finished(id: string): Promise<BroadcastStatus> {
  await expect.poll(async () => (await status(id)).state, { ...patience, interval: 100 }).toBe('finished');
  return status(id);
}

describe('a broadcast', () => {
  test('reaches every registered browser, whatever its uid, and nobody else', async () => {
    const browsers = [await stack.browser('b1'), await stack.browser('b1'), await stack.browser('b2')];
    const unregistered = await QueueingClient.connect(stack.stack.outputs.WebSocketUrl);

    const id = await broadcast('any text, "JSON" or not');

    expect(await finished(id)).toMatchObject({ broadcast: id, delivered: 3, gone: 0, failed: 0 });
    for (const browser of browsers) expect(await browser.next()).toBe('any text, "JSON" or not');
    expect(unregistered.waiting).toEqual([]);
    await unregistered.close();
  });

  test('tells when it started and finished', async () => {
    const before = Date.now();
    const { startedAt, finishedAt } = await finished(await broadcast('x'));

    expect(Date.parse(startedAt)).toBeGreaterThanOrEqual(before);
    expect(Date.parse(finishedAt!)).toBeGreaterThanOrEqual(Date.parse(startedAt));
  });

  test('with an idempotency key is one broadcast, however often it is asked for', async () => {
    const browser = await stack.browser('once');
    const ask = async (body: string) => {
      const headers = { 'idempotency-key': 'notice-1' };
      const response = await stack.request('POST', 'broadcast', { body, headers });
      return { status: response.status, ...((await response.json()) as BroadcastAccepted) };
    };
    const answers = await Promise.all([ask('once'), ask('once'), ask('once')]);
    answers.push(await ask('once'));

    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(answers[0]).toEqual({ status: 202, broadcast: expect.any(String) });
    expect(await ask('another')).toMatchObject({ status: 422, code: 'idempotency-key-reused' });
    await finished(answers[0]!.broadcast);
    await finished(await broadcast('after it'));
    expect([await browser.next(), await browser.next()]).toEqual(['once', 'after it']);
    expect(browser.waiting).toEqual([]);
  });

  test('leaves nothing in the table that every broadcast reads', async () => {
    await finished(await broadcast('x'));
    const scan = tableClient(stack.stack.tableEndpoint);
    const { Items } = await scan('Scan', { TableName: stack.tableName });

    const keys = (Items as { pk: { S: string } }[]).map(({ pk }) => pk.S);
    expect(keys.filter((key) => !/^(uid|connection)#/.test(key))).toEqual([]);
  });

  test('that nobody started is unknown', async () => {
    const response = await stack.request('GET', 'broadcasts/00000000-0000-0000-0000-000000000000');

    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ code: 'unknown-broadcast' });
  });

  test(`to ${browserCount} browsers, 5 % of posts throttled at first, 2 % of browsers gone, a worker killed in the middle, reaches all who live`, async () => {
    stack.faults.losesDisconnect = () => true;
    const clients = await connectMany(browserCount);
    const everyFiftieth = clients.filter((_, index) => index % 50 === 0);
    const living = clients.filter((_, index) => index % 50 !== 0);
    for (const client of everyFiftieth) client.kill();
    const ids = stack.stack.gateway.connectionIds;
    await expect.poll(() => ids.call(stack.stack.gateway).length, patience).toBe(living.length);

    let killed = 0;
    let posts = 0;
    const throttled = new Set<string>();
    stack.faults.post = (connectionId) => {
      posts += 1;
      if (posts === 500) void killWorkers();
      if (posts % 20 !== 0 || throttled.has(connectionId)) return undefined;
      throttled.add(connectionId);
      return { kind: 'throttle' };
    };
    const killWorkers = async () => {
      killed = await stack.stack.functions.killSandboxes('UidPushBroadcastWorker');
    };
    const id = await broadcast('{"to":"everybody"}');
    // The tasks of the killed workers are invisible until then; of the others, those that are still at work do their
    // pages twice.
    await expect.poll(() => killed, patience).toBeGreaterThan(0);
    queueClock.advance(41_000);

    const { delivered, gone, failed } = await finished(id);
    expect(throttled.size).toBeGreaterThan(browserCount / 40);
    expect({ delivered, failed }).toEqual({ delivered: living.length, failed: 0 });
    // A killed worker may have forgotten gone browsers without counting them.
    expect(gone).toBeLessThanOrEqual(everyFiftieth.length);
    for (const client of living) expect(await client.next()).toBe('{"to":"everybody"}');
    await Promise.all(living.map((client) => client.close()));
  });
});

/** Browsers that are all registered, ten of each uid. */
async function connectMany(count: number): Promise<QueueingClient[]> {
  const clients: QueueingClient[] = [];
  const uids = Array.from({ length: count / 10 }, (_, index) => `many ${index}`);
  for (const uid of uids) {
    const ofUid = Array.from({ length: 10 }, async () => {
      const client = await QueueingClient.connect(stack.stack.outputs.WebSocketUrl);
      client.send(uid);
      return client;
    });
    clients.push(...(await Promise.all(ofUid)));
  }
  for (const uid of uids) await expect.poll(() => stack.connectionsOf(uid), patience).toBe(10);
  return clients;
}
