import { BatchWriteItemCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { describe, expect, test } from 'vitest';
import { type Calls, totalOf } from '../../bench/cost/calls.ts';
import { usagePerOperation as usage } from '../../bench/cost/usage-per-operation.ts';
import { patience, runStack } from '../e2e/running-stack.ts';
import { QueueingClient } from '../support/queueing-client.ts';
import { CallCounter } from './call-counter.ts';

const counter = new CallCounter();
const stack = runStack({ onActivity: counter.count });

/** Browsers stay until the stack stops: closing them would be counted in some later test. */
const online: QueueingClient[] = [];

/** Does something, and expects that AWS is asked for exactly this. */
async function expectCalls(act: () => Promise<unknown>, expected: Calls): Promise<void> {
  counter.reset();
  await act();
  // Each invocation is told after all that it did, so when the last is there, so is everything.
  await expect.poll(() => counter.calls, patience).toEqual(expected);
}

async function connected(): Promise<QueueingClient> {
  const browser = await QueueingClient.connect(stack.stack.outputs.WebSocketUrl);
  counter.watch(browser);
  return browser;
}

/** Resolves when the registration's invocation has ended, which is after its answer. */
async function framed(uid: string): Promise<QueueingClient> {
  const browser = await connected();
  const registrations = counter.calls.registerFunction ?? 0;
  counter.send(browser, JSON.stringify({ action: 'register', uid }));
  await browser.next();
  await expect.poll(() => counter.calls.registerFunction, patience).toBe(registrations + 1);
  online.push(browser);
  return browser;
}

describe('AWS is asked for exactly this much by', () => {
  test('a browser that connects', async () => {
    await expectCalls(connected, usage.connect);
  });

  test('a browser that registers', async () => {
    await expectCalls(() => framed('framed'), totalOf([1, usage.connect], [1, usage.registerFramed]));
  });

  test('a plain browser that registers', async () => {
    const browser = await connected();
    online.push(browser);

    await expectCalls(async () => counter.send(browser, 'plain'), usage.registerPlain);
  });

  test('a ping', async () => {
    const browser = await framed('ping');

    await expectCalls(async () => counter.send(browser, '{"action":"ping"}'), usage.ping);
  });

  test('a browser that closes', async () => {
    const browser = await framed('closes');

    online.splice(online.indexOf(browser), 1);
    await expectCalls(() => browser.close(), usage.disconnect);
  });

  test.each([0, 1, 3])('a push to %d connections', async (connections) => {
    const uid = `pushed to ${connections}`;
    for (let count = 0; count < connections; count++) await framed(uid);

    await expectCalls(
      () => stack.push(JSON.stringify({ uid })),
      totalOf([1, usage.request], [1, usage.lookup], [connections, usage.delivery]),
    );
  });

  test('five lines for three uids in one request, of which two are online', async () => {
    await framed('line 1');
    await framed('line 2');
    const uids = ['line 1', 'line 2', 'nobody', 'line 1', 'line 1'];
    const body = uids.map((uid) => `${JSON.stringify({ uid })}\n`).join('');
    const headers = { 'content-type': 'application/x-ndjson' };

    await expectCalls(
      () => stack.request('POST', 'push', { body, headers }),
      totalOf([1, usage.request], [3, usage.lookup], [4, usage.delivery]),
    );
  });

  test('asking who is online as a uid', async () => {
    await expectCalls(
      () => stack.request('GET', 'uids/framed'),
      totalOf([1, usage.request], [1, usage.lookup]),
    );
  });

  test('closing the connections of a uid', async () => {
    const browsers = [await framed('kicked'), await framed('kicked')];

    for (const browser of browsers) online.splice(online.indexOf(browser), 1);
    await expectCalls(
      () => stack.request('DELETE', 'uids/kicked'),
      totalOf([1, usage.request], [1, usage.lookup], [2, usage.kick], [2, usage.disconnect]),
    );
  });

  test('a broadcast', async () => {
    await expectCalls(
      () => stack.request('POST', 'broadcast', { body: '"to all"' }),
      totalOf([1, usage.broadcast], [10, usage.broadcastPage], [online.length, usage.delivery]),
    );
  });

  test('a broadcast in whose table one segment has a second page', async () => {
    await fillOnePage();

    await expectCalls(
      () => stack.request('POST', 'broadcast', { body: '"to all"' }),
      totalOf(
        [1, usage.broadcast],
        [11, usage.broadcastPage],
        [1, usage.nextPage],
        [online.length, usage.delivery],
      ),
    );
  });
});

/** Puts a page of items, 1,000, with one partition key, so that they are all in one segment. None is a connection. */
async function fillOnePage(): Promise<void> {
  const { tableName } = stack;
  const { tableEndpoint } = stack.stack;
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const client = new DynamoDBClient({ endpoint: tableEndpoint, region: 'local', credentials });
  const itemsPerRequest = 25;
  for (let first = 0; first < 1_000; first += itemsPerRequest) {
    const requests = Array.from({ length: itemsPerRequest }, (_, index) => ({
      PutRequest: { Item: { pk: { S: 'filling' }, sk: { S: `item ${first + index}` } } },
    }));
    await client.send(new BatchWriteItemCommand({ RequestItems: { [tableName]: requests } }));
  }
}
