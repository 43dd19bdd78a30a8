import { beforeEach, describe, expect, test } from 'vitest';
import { statusFrom } from '../../../lambda/broadcast/broadcast-routes.ts';
import { BROADCAST_SEGMENTS, type BroadcastTask, nameOf } from '../../../lambda/broadcast/broadcast-task.ts';
import { type StartDependencies, startBroadcast } from '../../../lambda/broadcast/start-broadcast.ts';
import { workOnTask } from '../../../lambda/broadcast/work-on-task.ts';
import { DEAD_AFTER_MS } from '../../../lambda/idempotency/claim-key.ts';
import { emptyTable } from '../../support/dynamodb.ts';
import { SkippingClock } from '../../support/fake-clock.ts';
import { MemoryRequestTable } from '../../support/memory-request-table.ts';

const connections = 12;

let tables: Awaited<ReturnType<typeof emptyTable>>;
let dependencies: Pick<StartDependencies, 'broadcasts' | 'queue' | 'broadcastRequests'>;
let clock: SkippingClock;
let tasks: BroadcastTask[];
/** Of the tasks that the queue remembers, which it does for five minutes. */
let names: Set<string>;
let posts: Map<string, number>;

beforeEach(async () => {
  tables = await emptyTable();
  clock = new SkippingClock();
  tasks = [];
  names = new Set();
  posts = new Map();
  for (let index = 0; index < connections; index++) {
    await tables.connections.addConnection(`u${index}`, {
      connectionId: `c${index}`,
      registeredAt: clock.now(),
      expiresAt: clock.now() / 1_000 + 86_400,
      isFramed: false,
    });
  }
  dependencies = {
    broadcasts: tables.broadcasts,
    queue: { sendAll: async (all: readonly BroadcastTask[]) => all.forEach(enqueue) },
    broadcastRequests: new MemoryRequestTable(),
  };
});

function enqueue(task: BroadcastTask): void {
  if (!names.has(nameOf(task))) tasks.push(task);
  names.add(nameOf(task));
}

function pushFunction() {
  return mortalPushFunction(Number.POSITIVE_INFINITY, () => {});
}

/**
 * A push function that dies after so many operations of tables and queue, in the middle of a broadcast with the key.
 */
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
  const mine: StartDependencies = {
    broadcasts: mortal(dependencies.broadcasts),
    queue: mortal(dependencies.queue),
    broadcastRequests: mortal(dependencies.broadcastRequests),
    clock,
    random: () => 0.5,
    lastAttemptAt: clock.now() + 20_000,
  };
  return {
    broadcast: (text: string, key?: string) => startBroadcast(text, key, mine),
    broadcastStatus: async (id: string) => {
      const state = await mine.broadcasts.stateOf(id);
      return state && statusFrom(id, state);
    },
  };
}

/** Does the tasks in order, all of them or the first so many. */
async function work(most = Number.POSITIVE_INFINITY): Promise<void> {
  for (let done = 0; done < most; done++) {
    const task = tasks.shift();
    if (task === undefined) return;
    await workOnTask(task, {
      broadcasts: tables.broadcasts,
      table: tables.connections,
      connections: {
        post: async (connectionId) => {
          posts.set(connectionId, (posts.get(connectionId) ?? 0) + 1);
          return 'delivered';
        },
      },
      queue: { send: async (next) => enqueue(next) },
      deadLetters: { send: async () => {} },
      postsPerSecond: 1_000,
      pageSize: 2,
      clock,
      recordMetrics: () => {},
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
    clock.advance(23 * 3_600_000);
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
    const { queue } = dependencies;
    dependencies.queue = {
      sendAll: async (all) => {
        all.slice(0, 3).forEach(enqueue);
        throw new Error('the queue took three');
      },
    };
    await expect(pushFunction().broadcast('hello', 'k')).rejects.toThrow('took three');
    await work();
    dependencies.queue = queue;

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
      clock.advance(DEAD_AFTER_MS + 1);
      // The queue may have forgotten what it was sent.
      if (worked > 0) names.clear();

      await expectOneBroadcast(await pushFunction().broadcast('hello', 'k'));
    },
  );
});
