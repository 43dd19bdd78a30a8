import { BatchWriteItemCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { describe, test } from 'vitest';
import { totalOf } from '../../bench/cost/calls.ts';
import { usagePerOperation as usage } from '../../bench/cost/usage-per-operation.ts';
import type { Presence } from '../../protocol/answers/presence.ts';
import { CountedStack } from './counted-stack.ts';

const counted = new CountedStack();
const { stack, online } = counted;

const origin = 'https://app.example';
const withOrigins = new CountedStack({ context: { allowedOrigins: origin } });

describe('AWS is asked for exactly this much by', () => {
  test('a browser that connects', async () => {
    await counted.expectCalls(() => counted.connected(), usage.connectAnyOrigin);
  });

  test('a browser that registers', async () => {
    await counted.expectCalls(
      () => counted.framed('framed'),
      totalOf([1, usage.connectAnyOrigin], [1, usage.registerFramed]),
    );
  });

  test('a plain browser that registers', async () => {
    const browser = await counted.connected();
    online.push(browser);

    await counted.expectCalls(async () => counted.send(browser, 'plain'), usage.registerPlain);
  });

  test('a ping', async () => {
    const browser = await counted.framed('ping');

    await counted.expectCalls(async () => counted.send(browser, '{"action":"ping"}'), usage.ping);
  });

  test('a browser that asks whether it is registered', async () => {
    const browser = await counted.framed('checked');

    await counted.expectCalls(async () => counted.send(browser, '{"action":"check"}'), usage.check);
  });

  test('a browser that closes', async () => {
    const browser = await counted.framed('closes');

    online.splice(online.indexOf(browser), 1);
    await counted.expectCalls(() => browser.close(), usage.disconnect);
  });

  test.each([0, 1, 3])('a push to %d connections', async (connections) => {
    const uid = `pushed to ${connections}`;
    for (let count = 0; count < connections; count++) await counted.framed(uid);

    await counted.expectCalls(
      () => stack.push(JSON.stringify({ uid })),
      totalOf([1, usage.request], [1, usage.lookup], [connections, usage.delivery]),
    );
  });

  test('a multicast to four uids, of which two are online', async () => {
    await counted.framed('multicast 1');
    await counted.framed('multicast 2');
    const uids = ['multicast 1', 'nobody 1', 'multicast 2', 'nobody 2'];
    const headers = { 'content-type': 'application/x-ndjson' };

    await counted.expectCalls(
      () => stack.request('POST', 'multicast', { body: `${JSON.stringify({ uids })}\n{}`, headers }),
      totalOf([1, usage.request], [4, usage.lookup], [2, usage.delivery]),
    );
  });

  test('a multicast in the background, stored, to four uids, of which two are online', async () => {
    await counted.framed('background 1');
    await counted.framed('background 2');
    const uids = ['background 1', 'background 2', 'nobody 1', 'nobody 2'];
    const headers = { 'content-type': 'application/x-ndjson', prefer: 'respond-async', ttl: '60' };

    await counted.expectCalls(
      () => stack.request('POST', 'multicast', { body: `${JSON.stringify({ uids })}\n{}`, headers }),
      totalOf(
        [1, usage.multicast],
        [1, usage.multicastChunk],
        [1, usage.multicastPart],
        [1, usage.storedPart],
        [4, usage.lookup],
        [4, usage.number],
        [4, usage.store],
        [2, usage.receipt],
        [2, usage.delivery],
      ),
    );
  });

  test('five lines for three uids in one request, of which two are online', async () => {
    await counted.framed('line 1');
    await counted.framed('line 2');
    const uids = ['line 1', 'line 2', 'nobody', 'line 1', 'line 1'];
    const body = uids.map((uid) => `${JSON.stringify({ uid })}\n`).join('');
    const headers = { 'content-type': 'application/x-ndjson' };

    await counted.expectCalls(
      () => stack.request('POST', 'push', { body, headers }),
      totalOf([1, usage.request], [3, usage.lookup], [4, usage.delivery]),
    );
  });

  test('asking who is online as a uid', async () => {
    await counted.expectCalls(
      () => stack.request('GET', 'uids/framed'),
      totalOf([1, usage.request], [1, usage.lookup]),
    );
  });

  test('asking who of several uids is online', async () => {
    await counted.expectCalls(
      () => stack.request('POST', 'presence', { body: '{"uids":["framed","nobody",7]}' }),
      totalOf([1, usage.request], [3, usage.lookup]),
    );
  });

  test('asking how many are online, which reads a page', async () => {
    await counted.expectCalls(() => stack.request('GET', 'presence'), { pushFunction: 1, tableRead: 1 });
  });

  test('a push to a living connection and to one that is gone', async () => {
    await counted.framed('half gone');
    await counted.lost('half gone');

    await counted.expectCalls(
      () => stack.push('{"uid":"half gone"}'),
      totalOf([1, usage.request], [1, usage.lookup], [1, usage.delivery], [1, usage.gone]),
    );
  });

  test('closing a connection that is gone', async () => {
    await counted.lost('kicked when gone');

    await counted.expectCalls(
      () => stack.request('DELETE', 'uids/kicked%20when%20gone'),
      totalOf([1, usage.request], [1, usage.lookup], [1, usage.gone]),
    );
  });

  test('a broadcast to connections of which one is gone', async () => {
    await counted.lost('gone from all');

    await counted.expectCalls(
      () => stack.request('POST', 'broadcast', { body: '"to all"' }),
      totalOf(
        [1, usage.broadcast],
        [10, usage.broadcastPage],
        [online.length, usage.delivery],
        [1, usage.gone],
      ),
    );
  });

  test('closing the connections of a uid, in each order of the marks of the kick and of `$disconnect`', async () => {
    const browsers = [await counted.framed('kicked'), await counted.framed('kicked')];
    const afterMark = [0, 1, 2];

    for (const browser of browsers) online.splice(online.indexOf(browser), 1);
    await counted.expectCalls(
      () => stack.request('DELETE', 'uids/kicked'),
      ...afterMark.map((count) =>
        totalOf(
          [1, usage.request],
          [1, usage.lookup],
          [2, usage.kick],
          [count, usage.disconnectUnregistered],
          [2 - count, usage.disconnect],
        ),
      ),
    );
  });

  test('closing a connection by its id, in each order of the marks of the kick and of `$disconnect`', async () => {
    const browser = await counted.framed('closed by id');
    const { connections } = await stack.json<Presence>('GET', 'uids/closed%20by%20id');

    online.splice(online.indexOf(browser), 1);
    await counted.expectCalls(
      () => stack.request('DELETE', `connections/${encodeURIComponent(connections[0]!.id)}`),
      ...[usage.disconnectUnregistered, usage.disconnect].map((disconnect) =>
        totalOf([1, usage.request], [1, usage.lookup], [1, usage.kick], [1, disconnect]),
      ),
    );
  });

  test('a broadcast', async () => {
    await counted.expectCalls(
      () => stack.request('POST', 'broadcast', { body: '"to all"' }),
      totalOf([1, usage.broadcast], [10, usage.broadcastPage], [online.length, usage.delivery]),
    );
  });

  test('a broadcast in whose table one segment has a second page', async () => {
    await fillOnePage();

    await counted.expectCalls(
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

test('with allowedOrigins, a browser that connects asks for its function', async () => {
  await withOrigins.expectCalls(() => withOrigins.connected({ origin }), usage.connect);
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
