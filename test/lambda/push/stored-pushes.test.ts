import { beforeEach, describe, expect, test } from 'vitest';
import { DEAD_AFTER_MS } from '../../../lambda/idempotency/claim-key.ts';
import { pushOne } from '../../../lambda/push/push-messages.ts';
import type { Message } from '../../../protocol/message.ts';
import { connectionsTo } from '../../support/connections-to.ts';
import { SkippingClock } from '../../support/fake-clock.ts';
import { MemoryConnectionTable } from '../../support/memory-connection-table.ts';
import { MemoryMessageLog } from '../../support/memory-message-log.ts';
import { MemoryRequestTable } from '../../support/memory-request-table.ts';
import { pushDependencies } from '../../support/push-dependencies.ts';

const message = { uid: 'u1', text: '{"uid":"u1","mine":1}' };
const other = { uid: 'u1', text: '{"uid":"u1"}' };

let log: MemoryMessageLog;
let requests: MemoryRequestTable;
let posted: { id: string; seq: number }[];
let clock: SkippingClock;
let table: MemoryConnectionTable;
beforeEach(async () => {
  log = new MemoryMessageLog();
  requests = new MemoryRequestTable();
  posted = [];
  clock = new SkippingClock();
  table = new MemoryConnectionTable();
  const connection = {
    connectionId: 'c',
    registeredAt: 0,
    expiresAt: Number.MAX_SAFE_INTEGER,
    isFramed: true,
  };
  await table.addConnection('u1', connection);
});

/** Awaited before and after each operation of a table or a gateway. */
type Faults = { before(): Promise<unknown>; after(): Promise<unknown> };

/** A push function whose tables and posts do no more than `operations`; then it is dead. */
function pushFunction(operations = Number.POSITIVE_INFINITY) {
  let left = operations;
  return faultyPushFunction({
    before: async () => (left-- > 0 ? undefined : new Promise(() => {})),
    after: async () => {},
  });
}

/** A push function with a table that fails from its operation number `first` on, counted from 0, `times` times. */
function failingPushFunction(first: number, times: number, isDone: boolean) {
  let operation = -1;
  const fail = async () => {
    if (operation >= first && operation < first + times) throw new Error('away');
  };
  return faultyPushFunction({
    before: async () => {
      operation++;
      if (!isDone) await fail();
    },
    after: async () => {
      if (isDone) await fail();
    },
  });
}

function faultyPushFunction({ before, after }: Faults) {
  const mortal = <Target extends object>(target: Target): Target =>
    new Proxy(target, {
      get:
        (_, name) =>
        async (...args: unknown[]) => {
          await before();
          const method: unknown = Reflect.get(target, name);
          const result: unknown = await (typeof method === 'function'
            ? Reflect.apply(method, target, args)
            : method);
          await after();
          return result;
        },
    });
  const dependencies = pushDependencies({
    table: mortal(table),
    messageLog: mortal(log),
    requests: mortal(requests),
    connections: connectionsTo({
      post: async (_, frame) => {
        posted.push(JSON.parse(frame));
        return 'delivered';
      },
    }),
    clock,
  });
  return {
    pushOne: (message: Message, ttlSeconds: number, key?: string) =>
      pushOne(message, ttlSeconds, key, dependencies),
  };
}

async function storedTexts(): Promise<string[]> {
  const texts: string[] = [];
  for await (const entry of log.entriesAfter('u1', 0, clock.now()))
    if ('text' in entry) texts.push(entry.text);
  return texts;
}

async function settled(): Promise<void> {
  await new Promise(setImmediate);
}

describe('a stored push with an idempotency key', () => {
  const operations = 8;

  test(`has ${operations} operations, and as many places to die at`, async () => {
    expect(await pushFunction(operations).pushOne(message, 600, 'k')).toMatchObject({ seq: 1, delivered: 1 });
    const tooFew = pushFunction(operations - 1).pushOne(message, 600, 'another');
    expect(await Promise.race([tooFew, settled().then(() => 'dead')])).toBe('dead');
  });

  test.each(Array.from({ length: operations }, (_, index) => index))(
    'whose function died after %i of them is stored once, and pushed with one id and number',
    async (done) => {
      void pushFunction(done).pushOne(message, 600, 'k');
      await settled();
      // Somebody else takes a number meanwhile.
      await pushFunction().pushOne(other, 600);
      clock.advance(DEAD_AFTER_MS + 1);
      const answer = await pushFunction().pushOne(message, 600, 'k');

      expect((await storedTexts()).filter((text) => text === message.text)).toHaveLength(1);
      expect(await pushFunction().pushOne(message, 600, 'k')).toEqual(answer);
      const mine = posted.filter((frame) => 'seq' in answer && frame.seq === answer.seq);
      expect(mine.length).toBeGreaterThan(0);
      expect(new Set(mine.map(({ id }) => id)).size).toBe(1);
      expect(new Set(posted.map(({ id }) => id)).size).toBe(2);
    },
  );

  test('that was refused is stored once when it is repeated, though it had been stored', async () => {
    const { raiseLatest } = log;
    log.raiseLatest = async () => {
      throw new Error('away');
    };
    expect(await pushFunction().pushOne(message, 600, 'k')).toMatchObject({ code: 'unconfirmed' });
    log.raiseLatest = raiseLatest;

    expect(await pushFunction().pushOne(message, 600, 'k')).toMatchObject({ seq: 1, stored: true });
    expect(await storedTexts()).toEqual([message.text]);
  });
});

/**
 * Every table operation of a push fails, before it is done or with its answer lost, once or from then on; then another
 * push of the uid, which brings to light whatever is in the log.
 */
describe.each([0, 600])('a push with TTL %i that a table fails', (ttlSeconds) => {
  const cases = [0, 1, 2, 3, 4, 5, 6, 7].flatMap((first) =>
    [1, 100].flatMap((times) =>
      [true, false].flatMap((isDone) => [undefined, 'k'].map((key) => ({ first, times, isDone, key }))),
    ),
  );

  test.each(cases)('says what is so: %o', async ({ first, times, isDone, key }) => {
    const push = failingPushFunction(first, times, isDone).pushOne(message, ttlSeconds, key);
    const answer = await push.catch(() => 'internal' as const);
    const postedBefore = posted.length;
    await pushFunction().pushOne(other, 600);
    const isStored = (await storedTexts()).includes(message.text);

    if (answer === 'internal') return;
    if ('delivered' in answer) {
      expect(answer.stored ?? false).toBe(isStored);
      expect(answer.delivered).toBe(postedBefore);
    } else if (answer.code === 'unavailable') {
      expect({ isStored, postedBefore }).toEqual({ isStored: false, postedBefore: 0 });
    } else {
      expect(answer.code).toBe('unconfirmed');
      expect(postedBefore).toBe(0);
    }
  });

  test.each(cases.filter(({ key }) => key))('with a key is done by a repetition: %o', async (fault) => {
    const { first, times, isDone, key } = fault;
    await failingPushFunction(first, times, isDone)
      .pushOne(message, ttlSeconds, key)
      .catch(() => {});
    clock.advance(DEAD_AFTER_MS + 1);
    const answer = await pushFunction().pushOne(message, ttlSeconds, key);

    // What is stored is accepted, whether its connections could be read or not.
    expect(answer).toMatchObject(ttlSeconds > 0 ? { stored: true } : { delivered: 1 });
    const stored = (await storedTexts()).filter((text) => text === message.text);
    expect(stored).toHaveLength(ttlSeconds > 0 ? 1 : 0);
    expect(new Set(posted.map(({ id }) => id)).size).toBeLessThanOrEqual(1);
  });
});

test('a stored push whose connections can’t be read says so, and not that there are none', async () => {
  table.connectionsOf = async () => {
    throw new Error('away');
  };
  const result = await pushOne(message, 600, undefined, pushDependencies({ table, messageLog: log }));

  expect(result).toEqual({
    uid: 'u1',
    delivered: 0,
    gone: 0,
    failed: 0,
    seq: 1,
    stored: true,
    unavailable: true,
  });
});
