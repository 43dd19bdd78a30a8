import { beforeEach, describe, expect, test } from 'vitest';
import { BROADCAST_SEGMENTS } from '../../lambda/broadcast/broadcast-table.ts';
import { type BroadcastTask, nameOf, type PageTask } from '../../lambda/broadcast/broadcast-task.ts';
import { type BroadcastPorts, createBroadcasts } from '../../lambda/broadcast/broadcasts.ts';
import { workOnTask } from '../../lambda/broadcast/work-on-task.ts';
import { DEAD_AFTER_MS } from '../../lambda/idempotency/do-once.ts';
import { emptyTable } from '../support/dynamodb.ts';
import { MemoryRequestTable } from '../support/memory-request-table.ts';

const connections = 12;

let tables: Awaited<ReturnType<typeof emptyTable>>;
let ports: BroadcastPorts;
let now: number;
let tasks: BroadcastTask[];
/** Of the tasks that the queue remembers, which it does for five minutes. */
let names: Set<string>;
let posts: Map<string, number>;

beforeEach(async () => {
  tables = await emptyTable();
  now = Date.parse('2026-01-01T12:00:00Z');
  tasks = [];
  names = new Set();
  posts = new Map();
  for (let index = 0; index < connections; index++) {
    await tables.connections.addConnection(`u${index}`, {
      connectionId: `c${index}`,
      registeredAt: now,
      expiresAt: now / 1_000 + 86_400,
      isFramed: false,
    });
  }
  ports = {
    table: tables.broadcasts,
    queue: { sendAll: async (all: readonly PageTask[]) => all.forEach(enqueue) },
    requests: new MemoryRequestTable(),
  };
});

function enqueue(task: BroadcastTask): void {
  if (!names.has(nameOf(task))) tasks.push(task);
  names.add(nameOf(task));
}

function pushFunction() {
  return mortalPushFunction(Number.POSITIVE_INFINITY, () => {});
}

/** A push function that dies after so many operations of tables and queue, in the middle of a broadcast with the key. */
async function dieAfter(operations: number, key: string): Promise<void> {
  await new Promise<void>((died) => void mortalPushFunction(operations, died).broadcast('hello', key));
}

function mortalPushFunction(operations: number, onDeath: () => void) {
  let left = operations;
  const mortal = <Target extends object>(target: Target): Target =>
    new Proxy(target, {
      get:
        (_, name) =>
        async (...args: unknown[]) => {
          if (left-- <= 0) {
            onDeath();
            await new Promise(() => {});
          }
          const method: unknown = Reflect.get(target, name);
          return typeof method === 'function' ? Reflect.apply(method, target, args) : method;
        },
    });
  return createBroadcasts(
    { table: mortal(ports.table), queue: mortal(ports.queue), requests: mortal(ports.requests) },
    {
      retryForMs: 0,
      lastAttemptAt: now + 20_000,
      now: () => now,
      random: () => 0.5,
      sleep: async (milliseconds) => {
        now += milliseconds;
      },
    },
  );
}

/** Does the tasks in order, all of them or the first so many. */
async function work(most = Number.POSITIVE_INFINITY): Promise<void> {
  for (let done = 0; done < most; done++) {
    const task = tasks.shift();
    if (task === undefined) return;
    await workOnTask(task, {
      table: tables.broadcasts,
      pageSize: 2,
      now: () => now,
      newRepetition: () => 'none',
      postToAll: async (_broadcast, _text, targets) => {
        for (const { connectionId } of targets) posts.set(connectionId, (posts.get(connectionId) ?? 0) + 1);
        return { delivered: [...targets], gone: [], failed: [] };
      },
      forgetAll: async () => {},
      enqueue: async (next) => enqueue(next),
      setAside: async () => {},
    });
  }
}

async function expectOneBroadcast(accepted: object): Promise<void> {
  await work();
  expect([...posts.values()]).toEqual(Array.from({ length: connections }, () => 1));
  const id = 'broadcast' in accepted ? String(accepted.broadcast) : '';
  expect(await pushFunction().broadcastStatus(id)).toMatchObject({
    state: 'finished',
    delivered: connections,
  });
}

describe('a broadcast with an idempotency key', () => {
  test('is one broadcast, however often it is asked for, and hours later', async () => {
    const accepted = await pushFunction().broadcast('hello', 'k');
    expect(await pushFunction().broadcast('hello', 'k')).toEqual(accepted);
    await work();
    names.clear();
    now += 23 * 3_600_000;
    expect(await pushFunction().broadcast('hello', 'k')).toEqual(accepted);

    await expectOneBroadcast(accepted);
  });

  test('is another one with another key, and without', async () => {
    const ids = [
      await pushFunction().broadcast('hello', 'k'),
      await pushFunction().broadcast('hello', 'k2'),
      await pushFunction().broadcast('hello'),
      await pushFunction().broadcast('hello'),
    ];
    expect(new Set(ids.map((accepted) => JSON.stringify(accepted))).size).toBe(4);
  });

  test('is refused with another text', async () => {
    await pushFunction().broadcast('hello', 'k');
    expect(await pushFunction().broadcast('hello!', 'k')).toMatchObject({ code: 'idempotency-key-reused' });
    expect(tasks).toHaveLength(BROADCAST_SEGMENTS);
  });

  test('is in use while it is being started', async () => {
    await dieAfter(1, 'k');
    expect(await pushFunction().broadcast('hello', 'k')).toMatchObject({ code: 'idempotency-key-in-use' });
  });

  test('is started again at once when a part of it failed', async () => {
    const { queue } = ports;
    ports.queue = {
      sendAll: async (all) => {
        all.slice(0, 3).forEach(enqueue);
        throw new Error('the queue took three');
      },
    };
    await expect(pushFunction().broadcast('hello', 'k')).rejects.toThrow('took three');
    await work();
    ports.queue = queue;

    await expectOneBroadcast(await pushFunction().broadcast('hello', 'k'));
  });

  // The request, the broadcast, the tasks, the answer.
  const operations = 4;

  test(`has ${operations} operations, and as many places to die at`, async () => {
    const onDeath = () => expect.fail('It has more.');
    expect(await mortalPushFunction(operations, onDeath).broadcast('hello', 'k')).toHaveProperty('broadcast');
    await dieAfter(operations - 1, 'another');
  });

  test.each(
    Array.from({ length: operations }, (_, done) =>
      [0, 1, 15, 1_000].map((worked) => ({ done, worked })),
    ).flat(),
  )(
    'whose function died after $done of them, when the workers had done $worked tasks, is one broadcast',
    async ({ done, worked }) => {
      await dieAfter(done, 'k');
      await work(worked);
      now += DEAD_AFTER_MS + 1;
      // The queue may have forgotten what it was sent.
      if (worked > 0) names.clear();

      await expectOneBroadcast(await pushFunction().broadcast('hello', 'k'));
    },
  );
});
