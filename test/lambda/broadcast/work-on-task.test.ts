import { describe, expect, test } from 'vitest';
import { statusFrom } from '../../../lambda/broadcast/broadcast-routes.ts';
import {
  BROADCAST_SEGMENTS,
  type BroadcastTask,
  nameOf,
  type RepetitionTask,
} from '../../../lambda/broadcast/broadcast-task.ts';
import { startBroadcast } from '../../../lambda/broadcast/start-broadcast.ts';
import { workOnTask } from '../../../lambda/broadcast/work-on-task.ts';
import type { BroadcastAccepted } from '../../../protocol/answers/broadcasts.ts';
import { emptyTable } from '../../support/dynamodb.ts';
import { SkippingClock } from '../../support/fake-clock.ts';
import { MemoryRequestTable } from '../../support/memory-request-table.ts';
import * as fc from '../../support/properties.ts';
import { withFinishPage } from '../../support/with-finish-page.ts';

const now = Date.parse('2026-01-01T12:00:00Z');

const death = new Error('the worker died');

type World = {
  connections: number;
  /** What becomes of the n-th post to a connection. */
  outcomeOf?(connectionId: string, attempt: number): 'delivered' | 'gone' | 'failed';
  /** Numbers of the steps (of all workers, counted from 0) at which a worker dies. */
  crashes?: number[];
  /** How many repetitions die before they are counted. */
  dyingCorrections?: number;
};

/** A broadcast, its queue (each task once by its name, redelivered while its worker dies) and its workers. */
async function broadcastTo({
  connections,
  outcomeOf = () => 'delivered',
  crashes = [],
  dyingCorrections = 0,
}: World) {
  const tables = await emptyTable();
  for (let index = 0; index < connections; index++) {
    await tables.connections.addConnection(`u${index % 5}`, {
      connectionId: `c${index}`,
      registeredAt: now,
      expiresAt: now / 1000 + 60,
      isFramed: false,
    });
  }
  const tasks: BroadcastTask[] = [];
  const names = new Set<string>();
  const posts = new Map<string, number>();
  const deadLetters: RepetitionTask[] = [];
  let steps = 0;
  const step = () => {
    if (crashes.includes(steps++)) throw death;
  };
  const enqueue = (task: BroadcastTask) => {
    if (!names.has(nameOf(task))) tasks.push(task);
    names.add(nameOf(task));
  };
  const clock = new SkippingClock(now);
  const work = (task: BroadcastTask) =>
    workOnTask(task, {
      broadcasts: {
        ...withFinishPage(tables.broadcasts, async (...page) => {
          step();
          await tables.broadcasts.finishPage(...page);
          step();
        }),
        correctCounts: async (...correction) => {
          if (dyingCorrections-- > 0) throw death;
          await tables.broadcasts.correctCounts(...correction);
        },
      },
      table: tables.connections,
      connections: {
        post: async (connectionId) => {
          step();
          const attempt = posts.get(connectionId) ?? 0;
          posts.set(connectionId, attempt + 1);
          return outcomeOf(connectionId, attempt);
        },
      },
      queue: { send: async (next) => enqueue(next) },
      deadLetters: { send: async (failed) => void deadLetters.push(failed as RepetitionTask) },
      postsPerSecond: 1_000_000,
      pageSize: 3,
      clock,
      recordMetrics: () => {},
    });
  const runAll = async () => {
    for (let task = tasks.shift(); task; task = tasks.shift()) {
      const again = task;
      await work(task).catch((error: Error) => {
        if (error !== death) throw error;
        tasks.push(again);
      });
    }
  };

  const started = await startBroadcast('hello', undefined, {
    broadcasts: tables.broadcasts,
    broadcastRequests: new MemoryRequestTable<BroadcastAccepted>(),
    queue: { sendAll: async (first) => first.forEach(enqueue) },
    clock,
    random: () => 0.5,
    lastAttemptAt: now,
  });
  const id = 'broadcast' in started ? started.broadcast : '';
  await runAll();
  const status = async () => {
    const state = await tables.broadcasts.stateOf(id);
    return state && statusFrom(id, state);
  };
  /** Returns whether there was anything to repeat. */
  const redrive = async () => {
    const redriven = deadLetters.splice(0);
    redriven.forEach(enqueue);
    await runAll();
    return redriven.length > 0;
  };
  return { id, status, posts, deadLetters, enqueue, runAll, redrive, work, tables };
}

describe('a broadcast', () => {
  test('reaches every connection once and says so', async () => {
    const { id, status, posts } = await broadcastTo({ connections: 40 });

    expect(await status()).toEqual({
      broadcast: id,
      state: 'finished',
      delivered: 40,
      gone: 0,
      failed: 0,
      startedAt: '2026-01-01T12:00:00.000Z',
      finishedAt: '2026-01-01T12:00:00.000Z',
    });
    expect(posts.size).toBe(40);
    expect([...posts.values()].every((count) => count === 1)).toBe(true);
  });

  test('to nobody finishes', async () => {
    const { status } = await broadcastTo({ connections: 0 });

    expect(await status()).toMatchObject({ state: 'finished', delivered: 0 });
  });

  test('forgets connections that are gone', async () => {
    const { status, tables } = await broadcastTo({
      connections: 10,
      outcomeOf: (id) => (id === 'c3' ? 'gone' : 'delivered'),
    });

    expect(await status()).toMatchObject({ delivered: 9, gone: 1, failed: 0 });
    const left = await tables.connections.connectionsOf('u3', now);
    expect(left.map(({ connectionId }) => connectionId)).toEqual(['c8']);
  });

  test('counts what failed and puts exactly that aside', async () => {
    const { status, deadLetters } = await broadcastTo({
      connections: 20,
      outcomeOf: (id) => (id === 'c3' || id === 'c7' ? 'failed' : 'delivered'),
    });

    expect(await status()).toMatchObject({ state: 'finished', delivered: 18, failed: 2 });
    expect(
      deadLetters.flatMap(({ targets }) => targets.map(({ connectionId }) => connectionId)).sort(),
    ).toEqual(['c3', 'c7']);
  });

  test('that is redriven posts what failed again, and to nobody else, and the counts say what is true then', async () => {
    const { status, posts, deadLetters, enqueue, runAll } = await broadcastTo({
      connections: 20,
      outcomeOf: (id, attempt) => (id === 'c3' && attempt === 0 ? 'failed' : 'delivered'),
    });
    deadLetters.forEach(enqueue);
    await runAll();

    expect(await status()).toMatchObject({ delivered: 20, gone: 0, failed: 0 });
    expect(posts.get('c3')).toBe(2);
    expect([...posts.values()].filter((count) => count === 2)).toHaveLength(1);
  });

  test('whose workers die at any steps reaches everybody, repeats at most the pages they were at, and counts right', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(fc.nat(60), { maxLength: 4 }), async (crashes) => {
        const { status, posts } = await broadcastTo({ connections: 12, crashes });

        expect(await status()).toMatchObject({ state: 'finished', delivered: 12, gone: 0, failed: 0 });
        expect(posts.size).toBe(12);
        const repeated = [...posts.values()].reduce((sum, count) => sum + count - 1, 0);
        expect(repeated).toBeLessThanOrEqual(3 * crashes.length);
      }),
      { numRuns: 15 },
    );
  });

  test('whose worker dies wherever it is repeats what failed once for each redrive, and counts right', async () => {
    for (let crash = 0; crash <= 22; crash++) {
      const { status, posts, redrive } = await broadcastTo({
        connections: 1,
        crashes: [crash],
        outcomeOf: (_, attempt) => (attempt < 2 ? 'failed' : 'delivered'),
      });
      while (await redrive());

      expect(await status(), `crash at ${crash}`).toMatchObject({ delivered: 1, gone: 0, failed: 0 });
      expect(posts.get('c0'), `crash at ${crash}`).toBe(3);
    }
  });

  test('whose repetition dies before it is counted repeats what failed again once', async () => {
    const { status, posts, redrive } = await broadcastTo({
      connections: 1,
      dyingCorrections: 1,
      outcomeOf: (_, attempt) => (attempt < 3 ? 'failed' : 'delivered'),
    });
    while (await redrive());

    expect(await status()).toMatchObject({ delivered: 1, gone: 0, failed: 0 });
    expect(posts.get('c0')).toBe(4);
  });

  test('whose failed posts nobody has counted waits with repeating them', async () => {
    const { id, work, posts } = await broadcastTo({ connections: 1 });
    const task = {
      broadcast: id,
      repetition: 'A.0',
      targets: [{ connectionId: 'c0', isFramed: false }],
      origin: { segment: 0, page: 7 },
    };

    await expect(work(task)).rejects.toThrow('not counted yet');
    expect(posts.get('c0')).toBe(1);
  });

  test('takes a task that comes again after it was done for done', async () => {
    const { id, status, posts, work } = await broadcastTo({ connections: 12 });
    for (let segment = 0; segment < BROADCAST_SEGMENTS; segment++)
      await work({ broadcast: id, segment, page: 0 });

    expect(await status()).toMatchObject({ delivered: 12 });
    expect([...posts.values()].every((count) => count === 1)).toBe(true);
  });
});
