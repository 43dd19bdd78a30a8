import { describe, expect, test, vi } from 'vitest';
import { RetryingConnections } from '../../../lambda/connection/retrying-connections.ts';
import { createRouting } from '../../../lambda/http/router.ts';
import type { MulticastAnswer } from '../../../lambda/multicast/multicast.ts';
import { multicastRoute } from '../../../lambda/multicast/multicast-route.ts';
import { MAX_MESSAGE_BYTES, MAX_MULTICAST_UIDS, MAX_UIDS_AT_ONCE } from '../../../protocol/limits.ts';
import { connectionsTo } from '../../support/connections-to.ts';
import { SkippingClock } from '../../support/fake-clock.ts';
import { MemoryConnectionTable } from '../../support/memory-connection-table.ts';
import { MemoryMessageLog } from '../../support/memory-message-log.ts';
import { MemoryMulticastTable } from '../../support/memory-multicast-table.ts';
import { MemoryRequestTable } from '../../support/memory-request-table.ts';
import { pushDependencies } from '../../support/push-dependencies.ts';

type Outcome = 'delivered' | 'gone' | 'failed';

/** Who is online, by uid: the ids of connections, each of which begins with what becomes of a post to it. */
async function world(
  online: Record<string, string[]>,
  overrides: Parameters<typeof pushDependencies>[0] = {},
) {
  const posted: [connectionId: string, text: string][] = [];
  const table = new MemoryConnectionTable();
  for (const [uid, ids] of Object.entries(online)) {
    for (const connectionId of ids) {
      const isFramed = connectionId.includes('framed');
      await table.addConnection(uid, { connectionId, registeredAt: 0, expiresAt: 9e9, isFramed });
    }
  }
  const dependencies = pushDependencies({
    table,
    connections: connectionsTo({
      post: async (connectionId, text) => {
        posted.push([connectionId, text]);
        return connectionId.split(' ')[0] as Outcome;
      },
    }),
    ...overrides,
  });
  const send = async (body: string | Uint8Array, headers: Record<string, string> = {}, query = '') => {
    const response = await createRouting([multicastRoute])(
      {
        rawPath: '/multicast',
        rawQueryString: query,
        headers: { 'content-type': 'application/x-ndjson', ...headers },
        requestContext: { http: { method: 'POST' } },
        body: Buffer.from(body).toString('base64'),
        isBase64Encoded: true,
      },
      dependencies,
    );
    const { ttl, 'preference-applied': applied } = response.headers;
    return {
      status: response.statusCode,
      ttl,
      ...(applied && { applied }),
      answer: JSON.parse(response.body),
    };
  };
  return { send, posted, table };
}

function lines(uids: unknown, message = '{"n":1}'): string {
  return `${JSON.stringify({ uids })}\n${message}\n`;
}

describe('a multicast', () => {
  test('reaches the connections of each uid with the message as it was written, and names who is offline', async () => {
    const { send, posted } = await world({ u1: ['delivered a', 'delivered b'], u2: ['delivered c'], u3: [] });

    expect(await send(lines(['u1', 'u2', 'u3', 'u4'], '{"n" : 1.0, "uid":"other"}'))).toMatchObject({
      status: 200,
      answer: {
        uids: 4,
        delivered: 3,
        gone: 0,
        failed: 0,
        offline: ['u3', 'u4'],
        unavailable: [],
      },
    });
    expect(posted.map(([id, text]) => `${id}: ${text}`).sort()).toEqual(
      ['a', 'b', 'c'].map((id) => `delivered ${id}: {"n" : 1.0, "uid":"other"}`),
    );
  });

  test('has one id for all', async () => {
    const { send, posted } = await world({ u1: ['delivered framed a'], u2: ['delivered framed b'] });
    await send(lines(['u1', 'u2']));

    expect(new Set(posted.map(([, text]) => JSON.parse(text).id)).size).toBe(1);
  });

  test('counts a uid that is named twice, in whatever way, once', async () => {
    const { send, posted } = await world({ 7: ['delivered a'] });

    expect((await send(lines(['7', 7, 'u1', 'u1']))).answer).toMatchObject({ uids: 2, offline: ['u1'] });
    expect(posted).toHaveLength(1);
  });

  test('keeps integers of any size exact', async () => {
    const { send } = await world({ 9007199254740993: ['delivered a'] });
    const body = '{ "uids" : [ 9007199254740993 , -0 , "x,[\\"" , 123456789012345678901234567890 ] }\n{}';

    expect((await send(body)).answer).toMatchObject({
      delivered: 0,
      offline: ['9007199254740993', '-0', 'x,["', '123456789012345678901234567890'],
    });
  });

  test('names as offline those whose connections are all gone, and none whose post failed', async () => {
    const { send, table } = await world({
      u1: ['gone a', 'gone b'],
      u2: ['gone c', 'delivered d'],
      u3: ['gone e', 'failed f'],
    });

    expect((await send(lines(['u1', 'u2', 'u3']))).answer).toEqual({
      uids: 3,
      delivered: 1,
      gone: 4,
      failed: 1,
      offline: ['u1'],
      unavailable: [],
    });
    expect(await table.connectionsOf('u1', 0)).toEqual([]);
  });

  test('names those whose connections can’t be read as unavailable', async () => {
    const table = Object.assign(new MemoryConnectionTable(), {
      connectionsOf: async (uid: string) => {
        if (uid === 'unreadable') throw new Error('outage');
        return [];
      },
    });
    const { send } = await world({}, { table });

    expect((await send(lines(['u1', 'unreadable']))).answer).toMatchObject({
      offline: ['u1'],
      unavailable: ['unreadable'],
    });
    expect(await send(lines(['unreadable']))).toMatchObject({ status: 503, answer: { code: 'unavailable' } });
  });

  test('asks nothing more when its time is over, and names the rest as unavailable', async () => {
    const clock = new SkippingClock();
    const table = Object.assign(new MemoryConnectionTable(), {
      connectionsOf: async () => {
        await clock.sleep(1_000);
        return [];
      },
    });
    const { send } = await world({}, { table, clock, lastAttemptAt: clock.now() + 20_000 });
    const uids = Array.from({ length: MAX_UIDS_AT_ONCE }, (_, index) => `u${index}`);
    const { answer } = await send(lines(uids));

    expect(answer.unavailable.length).toBeGreaterThan(0);
    expect(answer.offline.length).toBeGreaterThan(0);
    expect([...answer.offline, ...answer.unavailable].sort()).toEqual(uids.sort());
  });

  test('leaves out the connections that are not selected, whose uids are not offline', async () => {
    const { send } = await world({ u1: ['a'], u2: ['delivered b'] });

    expect((await send(lines(['u1', 'u2', 'u3']), {}, 'except=a')).answer).toMatchObject({
      delivered: 1,
      excluded: 1,
      offline: ['u3'],
    });
  });
});

describe('to a thousand uids, of which three in ten are online', () => {
  const uids = Array.from({ length: MAX_UIDS_AT_ONCE }, (_, number) => `u${number}`);
  const isOnline = (number: number) => number % 10 < 3;
  const isGone = (number: number) => number % 100 === 2;
  const isThrottled = (number: number) => number % 100 === 11;
  const numbers = uids.map((_, number) => number);
  const offline = uids.filter((_, number) => !isOnline(number) || isGone(number));

  /** API Gateway, which answers some posts 429 the first time, and says of some connections that they are gone. */
  function connections(clock: SkippingClock) {
    const throttled = new Set<string>();
    const post = vi.fn(async (connectionId: string) => {
      const number = Number(connectionId);
      if (isGone(number)) return 'gone' as const;
      if (!isThrottled(number) || throttled.has(connectionId)) return 'delivered' as const;
      throttled.add(connectionId);
      return 'throttled' as const;
    });
    const conditions = { retryForMs: 3_000, lastAttemptAt: clock.now() + 20_000, clock, random: () => 0.5 };
    const api = { post, close: async () => 'closed' as const, probe: async () => 'gone' as const };
    return { post, retrying: new RetryingConnections(api, conditions) };
  }

  test('counts are exact, exactly those without a connection are named, and each is looked up once', async () => {
    const clock = new SkippingClock();
    const { post, retrying } = connections(clock);
    const online = Object.fromEntries(
      numbers.filter(isOnline).map((number) => [`u${number}`, [String(number)]]),
    );
    const { send, table } = await world(online, { clock, connections: retrying });
    const lookups = vi.spyOn(table, 'connectionsOf');

    expect((await send(lines(uids))).answer).toEqual({
      uids: 1_000,
      delivered: 290,
      gone: 10,
      failed: 0,
      offline,
      unavailable: [],
    });
    expect({ lookups: lookups.mock.calls.length, posts: post.mock.calls.length }).toEqual({
      lookups: 1_000,
      posts: 300 + 10,
    });
  });
});

describe('in the background', () => {
  const many = Array.from({ length: MAX_UIDS_AT_ONCE + 1 }, (_, index) => `u${index}`);

  /** A table of multicasts, and a queue whose tasks nobody does. */
  function background() {
    const multicasts = new MemoryMulticastTable();
    const tasks: unknown[] = [];
    const queue = { sendAll: async (all: readonly unknown[]) => void tasks.push(...all) };
    return { multicasts, tasks, queue };
  }

  test('is one to more than a thousand: a task for each chunk', async () => {
    const { multicasts, tasks, queue } = background();
    const { send, posted } = await world({ u1: ['delivered a'] }, { multicasts, queue });
    const { status, answer } = await send(lines(many, '{"n" : 1}'), { ttl: '60' }, 'except=a');

    expect({ status, answer }).toEqual({ status: 202, answer: { multicast: expect.any(String) } });
    const { multicast } = answer;
    expect(tasks).toEqual(
      [0, 500, 1_000].map((from, chunk) => ({ multicast, chunk, from, traceparent: undefined })),
    );
    expect(await multicasts.messageOf(multicast)).toEqual({
      text: '{"n" : 1}',
      options: { ttlSeconds: 60, selection: { only: undefined, except: ['a'] } },
    });
    expect(posted).toEqual([]);
  });

  test('is not one to a thousand, though more were named', async () => {
    const { send } = await world({}, background());
    const uids = [...many.slice(1), ...many.slice(1)];

    expect(await send(lines(uids))).toMatchObject({ status: 200, answer: { uids: MAX_UIDS_AT_ONCE } });
  });

  test.each(['respond-async', 'Respond-Async', 'wait=10, respond-async', 'respond-async; x=1'])(
    'is any with Prefer: %s',
    async (prefer) => {
      const { tasks, queue, multicasts } = background();
      const { send } = await world({}, { queue, multicasts });

      expect(await send(lines(['u1']), { prefer })).toMatchObject({ status: 202, applied: 'respond-async' });
      expect(tasks).toHaveLength(1);
    },
  );

  test.each(['wait=10', 'return=minimal', 'respond-asynchronously', ''])(
    'is not one with Prefer: %s',
    async (prefer) => {
      const { send } = await world({}, background());
      expect(await send(lines(['u1']), { prefer })).toMatchObject({ status: 200 });
    },
  );

  test('with an Idempotency-Key is one, also after a death in the middle', async () => {
    const { multicasts, tasks, queue } = background();
    const multicastRequests = new MemoryRequestTable<MulticastAnswer>();
    const key = { 'idempotency-key': 'k1' };
    const dying = await world(
      {},
      { multicasts, multicastRequests, queue: { sendAll: () => Promise.reject(new Error('death')) } },
    );
    await expect(dying.send(lines(many), key)).rejects.toThrow('death');
    const { send } = await world({}, { multicasts, multicastRequests, queue });
    const first = await send(lines(many), key);

    expect(await send(lines(many), key)).toEqual(first);
    expect(first).toMatchObject({ status: 202 });
    expect(tasks).toHaveLength(3);
    expect(await multicasts.stateOf(first.answer.multicast)).toMatchObject({ uids: many.length });
    expect((await send(lines(many, '{}'), key)).status).toBe(422);
  });
});

describe('with a TTL', () => {
  test('each uid’s message is stored, with a number of its own', async () => {
    const messageLog = new MemoryMessageLog();
    const { send, posted } = await world({ u1: ['delivered framed a'] }, { messageLog });
    await send(lines(['u1']), { ttl: '60' });
    const { answer, ttl } = await send(lines(['u1', 'u2']), { ttl: '60' });

    expect({ ...answer, ttl }).toMatchObject({ stored: 2, offline: ['u2'], ttl: '60' });
    expect(posted.map(([, text]) => JSON.parse(text).seq)).toEqual([1, 2]);
    expect([await messageLog.latestOf('u1'), await messageLog.latestOf('u2')]).toEqual([2, 1]);
  });

  test('those that are stored and can’t be looked up are unavailable, not offline', async () => {
    const table = Object.assign(new MemoryConnectionTable(), {
      connectionsOf: () => Promise.reject(new Error('outage')),
    });
    const { send } = await world({}, { table });

    expect((await send(lines(['u1']), { ttl: '60' })).answer).toMatchObject({
      stored: 1,
      offline: [],
      unavailable: ['u1'],
    });
  });
});

describe('with an Idempotency-Key', () => {
  const key = { 'idempotency-key': 'k1', ttl: '60' };

  test('it is one, and is answered as the first time', async () => {
    const { send, posted } = await world({ u1: ['delivered a'] });
    const first = await send(lines(['u2', 'u1']), key);

    expect(await send(lines(['u2', 'u1']), key)).toEqual(first);
    expect(posted).toHaveLength(1);
    expect((await send(lines(['u1', 'u2']), key)).status).toBe(422);
    expect((await send(lines(['u2', 'u1'], '{}'), key)).status).toBe(422);
  });

  test('after a death in the middle no message is stored twice', async () => {
    const messageLog = new MemoryMessageLog();
    const multicastRequests = new MemoryRequestTable<MulticastAnswer>();
    let posts = 0;
    const dying = await world(
      { u1: ['delivered a'], u2: ['delivered b'] },
      {
        messageLog,
        multicastRequests,
        connections: connectionsTo({
          post: async () => {
            if (posts++ > 0) throw new Error('death');
            return 'delivered';
          },
        }),
      },
    );
    await expect(dying.send(lines(['u1', 'u2']), key)).rejects.toThrow('death');
    const { send } = await world({ u1: ['delivered a'] }, { messageLog, multicastRequests });

    expect((await send(lines(['u1', 'u2']), key)).answer).toMatchObject({ stored: 2, offline: ['u2'] });
    expect([await messageLog.latestOf('u1'), await messageLog.latestOf('u2')]).toEqual([1, 1]);
  });
});

describe('a multicast is refused', () => {
  test.each<[string, string | Uint8Array, number, string]>([
    ['without a line', '', 400, 'invalid-request'],
    ['of one line', lines(['u1'], ''), 400, 'invalid-request'],
    ['of three lines', `${lines(['u1'])}{}`, 400, 'invalid-request'],
    ['of no uids', lines([]), 400, 'invalid-request'],
    ['whose uids are no array', lines('u1'), 400, 'invalid-request'],
    ['with another member', '{"uids":["u1"],"ttl":60}\n{}', 400, 'invalid-request'],
    ['with too many uids', lines(Array(MAX_MULTICAST_UIDS + 1).fill('u1')), 413, 'too-large'],
    ['with an empty uid', lines(['u1', '']), 400, 'unusable-uid'],
    ['with a fraction', lines([1.5]), 400, 'unusable-uid'],
    ['with a number in another notation', '{"uids":[1.0]}\n{}', 400, 'unusable-uid'],
    ['with a number beside an array', '{"uids":[1,[2]]}\n{}', 400, 'unusable-uid'],
    ['whose first line is no JSON', '{oops\n{}', 400, 'invalid-json'],
    ['whose first line is no object', '["u1"]\n{}', 400, 'not-an-object'],
    ['whose message is no JSON', lines(['u1'], '{oops'), 400, 'invalid-json'],
    ['whose message is no object', lines(['u1'], '[1]'), 400, 'not-an-object'],
    ['whose message is too large', lines(['u1'], `"${'x'.repeat(MAX_MESSAGE_BYTES)}"`), 413, 'too-large'],
    ['that is no UTF-8', Uint8Array.of(0xff, 0x0a, 0x7b, 0x7d), 400, 'invalid-utf8'],
  ])('%s', async (_, body, status, code) => {
    const { send, posted } = await world({ u1: ['delivered a'] });

    expect(await send(body)).toMatchObject({ status, answer: { code } });
    expect(posted).toEqual([]);
  });

  test('of another type than NDJSON', async () => {
    const { send } = await world({});
    expect(await send(lines(['u1']), { 'content-type': 'application/json' })).toMatchObject({ status: 415 });
  });
});
