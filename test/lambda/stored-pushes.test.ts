import { beforeEach, describe, expect, test } from 'vitest';
import { DEAD_AFTER_MS } from '../../lambda/idempotency/push-once.ts';
import { createPushes } from '../../lambda/push/stored-pushes.ts';
import { MemoryMessageLog } from '../support/memory-message-log.ts';
import { MemoryRequestTable } from '../support/memory-request-table.ts';

const message = { uid: 'u1', text: '{"uid":"u1","mine":1}' };
const other = { uid: 'u1', text: '{"uid":"u1"}' };

let log: MemoryMessageLog;
let requests: MemoryRequestTable;
let posted: { id: string; seq: number }[];
let now: number;
beforeEach(() => {
  log = new MemoryMessageLog();
  requests = new MemoryRequestTable();
  posted = [];
  now = Date.parse('2026-01-01T12:00:00Z');
});

/** A push function whose tables and posts do no more than `operations`; then it is dead. */
function pushFunction(operations = Number.POSITIVE_INFINITY) {
  let left = operations;
  const step = () => (left-- > 0 ? undefined : new Promise(() => {}));
  const mortal = <Target extends object>(target: Target): Target =>
    new Proxy(target, {
      get:
        (_, name) =>
        async (...args: unknown[]) => {
          await step();
          const method: unknown = Reflect.get(target, name);
          return typeof method === 'function' ? Reflect.apply(method, target, args) : method;
        },
    });
  return createPushes(
    { log: mortal(log), requests: mortal(requests), maxTtlSeconds: 600 },
    {
      connectionsOf: async () => [{ connectionId: 'c', registeredAt: now, expiresAt: now, isFramed: true }],
      post: async (_, frame) => {
        await step();
        posted.push(JSON.parse(frame));
        return 'delivered';
      },
      forget: async () => {},
      onPushed: () => {},
    },
    {
      retryForMs: 3_000,
      lastAttemptAt: now + 20_000,
      now: () => now,
      random: () => 0.5,
      sleep: async (milliseconds) => {
        now += milliseconds;
      },
    },
    (work) => work(),
  );
}

async function storedTexts(): Promise<string[]> {
  const texts: string[] = [];
  for await (const entry of log.entriesAfter('u1', 0, now)) if ('text' in entry) texts.push(entry.text);
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
      now += DEAD_AFTER_MS + 1;
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
    expect(await pushFunction().pushOne(message, 600, 'k')).toMatchObject({ code: 'unavailable' });
    log.raiseLatest = raiseLatest;

    expect(await pushFunction().pushOne(message, 600, 'k')).toMatchObject({ seq: 1, stored: true });
    expect(await storedTexts()).toEqual([message.text]);
  });
});
