import { describe, expect, test } from 'vitest';
import { totalOf } from '../../bench/cost/calls.ts';
import { usagePerOperation as usage } from '../../bench/cost/usage-per-operation.ts';
import { CountedStack } from './counted-stack.ts';

const counted = new CountedStack();
const { stack } = counted;

function push(body: string, headers: Record<string, string> = { ttl: '600' }): Promise<Response> {
  return stack.request('POST', 'push', { body, headers });
}

/** So many stored messages of a uid that nobody is registered as. */
function pushMany(uid: string, count: number): Promise<Response> {
  const body = Array.from({ length: count }, () => `${JSON.stringify({ uid })}\n`).join('');
  return push(body, { ttl: '600', 'content-type': 'application/x-ndjson' });
}

const unstored = totalOf([1, usage.request], [1, usage.lookup]);
const stored = totalOf([1, unstored], [1, usage.number], [1, usage.store]);
const registered = totalOf([1, usage.connectAnyOrigin], [1, usage.registerFramed]);

describe('AWS is asked for exactly this much by', () => {
  test('a stored push to nobody', async () => {
    await counted.expectCalls(() => push('{"uid":"nobody"}'), stored);
  });

  test('a stored push to two connections', async () => {
    for (let count = 0; count < 2; count++) await counted.framed('two');

    await counted.expectCalls(
      () => push('{"uid":"two"}'),
      totalOf([1, stored], [2, usage.delivery], [1, usage.receipt]),
    );
  });

  test('five stored messages for two uids in one request', async () => {
    const body = ['many 1', 'many 2', 'many 1', 'many 1', 'many 2'].map((uid) => `{"uid":"${uid}"}\n`);

    await counted.expectCalls(
      () => push(body.join(''), { ttl: '600', 'content-type': 'application/x-ndjson' }),
      totalOf([1, usage.request], [2, usage.lookup], [2, usage.number], [5, usage.store]),
    );
  });

  test('a push without a TTL to a uid that has stored messages: no more than to another', async () => {
    await push('{"uid":"mixed"}');
    await counted.framed('mixed');

    await counted.expectCalls(
      () => push('{"uid":"mixed"}', {}),
      totalOf([1, usage.request], [1, usage.lookup], [1, usage.delivery]),
    );
  });

  test('a browser that registers and lacks three messages', async () => {
    await pushMany('lacking', 3);

    await counted.expectCalls(
      () => counted.framed('lacking', 0),
      totalOf(
        [1, registered],
        [1, usage.replayPage],
        [3, usage.delivery],
        [3, usage.receipt],
        [1, usage.replayEnd],
      ),
    );
  });

  test('a browser that registers and lacks nothing', async () => {
    await push('{"uid":"complete"}');

    await counted.expectCalls(() => counted.framed('complete', 1), registered);
  });

  test('a browser that asks for two messages', async () => {
    await pushMany('asking', 2);
    const browser = await counted.framed('asking');

    await counted.expectCalls(
      async () => counted.send(browser, '{"action":"replay","since":0}'),
      totalOf(
        [1, usage.askReplay],
        [1, usage.replayPage],
        [2, usage.delivery],
        [2, usage.receipt],
        [1, usage.replayEnd],
      ),
    );
  });

  test('a browser that asks when there is nothing new', async () => {
    await push('{"uid":"nothing new"}');
    const browser = await counted.framed('nothing new');

    await counted.expectCalls(
      async () => counted.send(browser, '{"action":"replay","since":1}'),
      totalOf([1, usage.askReplay], [1, usage.replayEnd]),
    );
  });

  test('an acknowledgement', async () => {
    await push('{"uid":"acknowledged"}');
    const browser = await counted.framed('acknowledged');

    await counted.expectCalls(
      async () => counted.send(browser, '{"action":"ack","seq":1}'),
      usage.acknowledge,
    );
  });

  test('a push with an idempotency key, and its repetition', async () => {
    const repeated = () => push('{"uid":"once"}', { 'idempotency-key': 'k1' });

    await counted.expectCalls(repeated, totalOf([1, unstored], [1, usage.idempotency]));
    await counted.expectCalls(repeated, totalOf([1, usage.request], [1, usage.repetition]));
  });

  test('a stored push with an idempotency key, and its repetition', async () => {
    const repeated = async () =>
      expect((await push('{"uid":"stored once"}', { ttl: '600', 'idempotency-key': 'k1' })).status).toBe(200);

    await counted.expectCalls(
      repeated,
      totalOf([1, stored], [1, usage.idempotency], [1, usage.idempotentStore]),
    );
    await counted.expectCalls(repeated, totalOf([1, usage.request], [1, usage.repetition]));
  });
});
