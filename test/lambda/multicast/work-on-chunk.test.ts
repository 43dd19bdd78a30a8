import { describe, expect, test } from 'vitest';
import type { ChunkTask, MulticastRepetition, MulticastTask } from '../../../lambda/multicast/chunk-task.ts';
import { repeatPosts } from '../../../lambda/multicast/failed-posts.ts';
import type { MulticastTable } from '../../../lambda/multicast/multicast-table.ts';
import { startMulticast } from '../../../lambda/multicast/start-multicast.ts';
import { statusFrom } from '../../../lambda/multicast/status-routes.ts';
import { workOnChunk } from '../../../lambda/multicast/work-on-chunk.ts';
import type { PushOptions } from '../../../lambda/push/push-options.ts';
import { nameOf } from '../../../lambda/queue-task.ts';
import { connectionsTo } from '../../support/connections-to.ts';
import { SkippingClock } from '../../support/fake-clock.ts';
import { MemoryConnectionTable } from '../../support/memory-connection-table.ts';
import { MemoryMessageLog } from '../../support/memory-message-log.ts';
import { MemoryMulticastTable } from '../../support/memory-multicast-table.ts';
import * as fc from '../../support/properties.ts';

type Outcome = 'delivered' | 'gone' | 'failed';

const death = new Error('the worker died');
const plainOptions: PushOptions = { ttlSeconds: 0, selection: undefined };

type World = {
  /**
   * The ids of connections by uid, each of which begins with what becomes of a post to it; `later`: it fails, and is
   * delivered when it is tried once more.
   */
  online: Record<string, string[]>;
  uids: readonly string[];
  options?: PushOptions;
  /** Numbers of the steps (of all workers, counted from 0) at which a worker dies. */
  crashes?: readonly number[];
  postsPerSecond?: number;
  /** Whether the connections of a uid can be read. @default always */
  isReadable?(uid: string): boolean;
};

/** A multicast, its queue (each task once by its name, redelivered while its worker dies) and its workers. */
async function multicastTo({
  online,
  uids,
  options = plainOptions,
  crashes = [],
  postsPerSecond = 1e6,
  isReadable = () => true,
}: World) {
  const clock = new SkippingClock();
  const table = new MemoryConnectionTable();
  for (const [uid, ids] of Object.entries(online)) {
    for (const connectionId of ids) {
      await table.addConnection(uid, { connectionId, registeredAt: 0, expiresAt: 9e9, isFramed: true });
    }
  }
  const read = table.connectionsOf.bind(table);
  table.connectionsOf = async (uid, now) => {
    if (!isReadable(uid)) throw new Error('outage');
    return read(uid, now);
  };
  const multicasts = new MemoryMulticastTable();
  const messageLog = new MemoryMessageLog();
  const posted: string[] = [];
  const deadLetters: MulticastRepetition[] = [];
  const tasks: ChunkTask[] = [];
  const names = new Set<string>();
  let steps = 0;
  const step = () => {
    if (crashes.includes(steps++)) throw death;
  };
  const enqueue = (task: ChunkTask) => {
    if (!names.has(nameOf(task))) tasks.push(task);
    names.add(nameOf(task));
  };
  let works = 0;
  const dependencies = () => {
    return {
      multicasts: withFinishPart(multicasts, async (id, part) => {
        step();
        const stands = await multicasts.finishPart(id, part);
        step();
        return stands;
      }),
      table,
      messageLog,
      connections: connectionsTo({
        post: async (connectionId) => {
          step();
          const isFirst = !posted.includes(connectionId);
          posted.push(connectionId);
          const [outcome] = connectionId.split(' ');
          if (outcome === 'later') return isFirst ? 'failed' : 'delivered';
          return outcome as Outcome;
        },
      }),
      queue: { send: async (task: ChunkTask) => enqueue(task) },
      deadLetters: {
        send: async (task: MulticastTask) => void deadLetters.push(task as MulticastRepetition),
      },
      postsPerSecond,
      clock,
      random: () => 0.5,
      lastAttemptAt: clock.now() + 17_000,
      recordMetrics: () => {},
    };
  };
  const work = (task: ChunkTask) => {
    works++;
    return workOnChunk(task, dependencies());
  };
  const redrive = async () => {
    for (const task of deadLetters.splice(0)) await repeatPosts(task, dependencies());
  };
  const mailing = { id: 'm', uids, text: '{"n":1}', options, mayBeDone: false };
  const start = () =>
    startMulticast(mailing, { multicasts, clock, queue: { sendAll: async (all) => all.forEach(enqueue) } });
  await start();
  const runAll = async () => {
    for (let task = tasks.shift(); task; task = tasks.shift()) {
      const again = task;
      await work(task).catch((error: Error) => {
        if (error !== death) throw error;
        tasks.push(again);
      });
    }
  };
  await runAll();
  const state = async () => (await multicasts.stateOf('m'))!;
  const status = async () => statusFrom('m', await state());
  const named = async (kind: 'offline' | 'unavailable') =>
    (await state()).parts.flatMap(({ outcome }) => outcome[kind].map((position) => uids[position]));
  return {
    status,
    named,
    posted,
    deadLetters,
    redrive,
    messageLog,
    table,
    clock,
    work,
    works: () => works,
    start,
    runAll,
  };
}

function withFinishPart(table: MulticastTable, finishPart: MulticastTable['finishPart']): MulticastTable {
  return {
    addMulticast: (...all) => table.addMulticast(...all),
    messageOf: (id) => table.messageOf(id),
    chunkOf: (...all) => table.chunkOf(...all),
    stateOf: (id) => table.stateOf(id),
    beginPart: (...all) => table.beginPart(...all),
    standingOf: (task) => table.standingOf(task),
    correctCounts: (...all) => table.correctCounts(...all),
    partFrom: (...all) => table.partFrom(...all),
    finishPart,
  };
}

/** Of so many uids, three in ten are online; of these some are gone, some fail. */
function crowd(size: number) {
  const uids = Array.from({ length: size }, (_, number) => `u${number}`);
  const kindOf = (number: number): Outcome | undefined =>
    number % 10 >= 3 ? undefined : number % 100 === 2 ? 'gone' : number % 100 === 11 ? 'failed' : 'delivered';
  const count = (kind: Outcome) => uids.filter((_, number) => kindOf(number) === kind).length;
  const online = Object.fromEntries(
    uids.flatMap((uid, number) => {
      const kind = kindOf(number);
      return kind ? [[uid, [`${kind} ${number}`]]] : [];
    }),
  );
  const offline = uids.filter((_, number) => kindOf(number) === undefined || kindOf(number) === 'gone');
  return {
    uids,
    online,
    offline,
    counts: { delivered: count('delivered'), gone: count('gone'), failed: count('failed') },
  };
}

describe('a multicast in the background', () => {
  test('to ten thousand has exact counts, and names exactly those who are offline', async () => {
    const { uids, online, offline, counts } = crowd(10_000);
    const { status, named, posted } = await multicastTo({ uids, online });

    expect(await status()).toEqual({
      multicast: 'm',
      state: 'finished',
      uids: 10_000,
      done: 10_000,
      ...counts,
      offline: offline.length,
      unavailable: 0,
      startedAt: expect.any(String),
      finishedAt: expect.any(String),
    });
    expect(await named('offline')).toEqual(offline);
    expect(posted).toHaveLength(3_000);
  });

  test('counts everybody once, and names exactly those who are offline, wherever its workers die', async () => {
    const { uids, online, offline, counts } = crowd(1_200);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(380), { maxLength: 6 }), async (crashes) => {
        const { status, named } = await multicastTo({ uids, online, crashes });
        const { gone, ...told } = await status();
        // A worker that died may have forgotten some that were gone without counting them.
        expect(gone).toBeLessThanOrEqual(counts.gone);
        expect(told).toMatchObject({
          state: 'finished',
          done: 1_200,
          delivered: counts.delivered,
          failed: counts.failed,
          offline: offline.length,
          unavailable: 0,
        });
        expect(await named('offline')).toEqual(offline);
      }),
      { numRuns: 20 },
    );
  });

  test('begins no more uids in a second than the pace, and does in parts what takes longer than a worker has', async () => {
    const { uids, online, offline, counts } = crowd(500);
    const { status, named, clock, works } = await multicastTo({ uids, online, postsPerSecond: 10 });

    expect(works()).toBeGreaterThan(3);
    expect(await status()).toMatchObject({ state: 'finished', done: 500, ...counts });
    expect(await named('offline')).toEqual(offline);
    expect(clock.sleeps.reduce((total, milliseconds) => total + milliseconds, 0)).toBeGreaterThan(40_000);
  });

  test('says how many were excluded, and stores the message for each uid, once though a worker dies', async () => {
    const options = { ttlSeconds: 60, selection: { except: ['delivered b'] } };
    const { status, messageLog, posted } = await multicastTo({
      uids: ['u1', 'u2', 'u3'],
      online: { u1: ['delivered a', 'delivered b'], u2: ['delivered c'] },
      options,
      // After both posts, before the outcome is written.
      crashes: [2],
    });

    expect(await status()).toMatchObject({ delivered: 2, excluded: 1, stored: 3, offline: 1 });
    for (const uid of ['u1', 'u2', 'u3']) expect(await messageLog.latestOf(uid)).toBe(1);
    expect(posted).not.toContain('delivered b');
  });

  test('tries again those whose connections could not be read, and names those who stay unreadable', async () => {
    const lookups: string[] = [];
    const { status, named, posted } = await multicastTo({
      uids: ['u1', 'later', 'never'],
      online: { u1: ['delivered a'], later: ['delivered b'], never: ['delivered c'] },
      isReadable: (uid) => {
        lookups.push(uid);
        return uid === 'u1' || (uid === 'later' && lookups.filter((one) => one === uid).length > 1);
      },
    });

    expect(await status()).toMatchObject({ done: 3, delivered: 2, offline: 0, unavailable: 1 });
    expect(await named('unavailable')).toEqual(['never']);
    expect(posted.sort()).toEqual(['delivered a', 'delivered b']);
    expect(lookups).toHaveLength(1 + 2 + 3);
  });

  test('puts exactly the posts that failed aside, and counts them as they are when they have been redriven', async () => {
    const online = { u1: ['later a', 'delivered b'], u2: ['failed c'], u3: ['later d'], u4: ['gone e'] };
    const uids = [...Object.keys(online), 'nobody'];
    const { status, named, posted, deadLetters, redrive } = await multicastTo({ uids, online });
    const targets = () => deadLetters.flatMap((task) => task.targets.map(({ connectionId }) => connectionId));

    expect(targets()).toEqual(['later a', 'failed c', 'later d']);
    expect(await status()).toMatchObject({ delivered: 1, gone: 1, failed: 3, offline: 2 });
    await redrive();
    expect(await status()).toMatchObject({ state: 'finished', delivered: 3, gone: 1, failed: 1, offline: 2 });
    expect(targets()).toEqual(['failed c']);
    expect(await named('offline')).toEqual(['u4', 'nobody']);
    expect(posted.filter((id) => id === 'delivered b')).toHaveLength(1);
  });

  test('whose worker dies wherever it is repeats what failed once for each redrive, and counts right', async () => {
    for (let crash = 0; crash <= 3; crash++) {
      const { status, posted, deadLetters, redrive } = await multicastTo({
        uids: ['u1', 'u2'],
        online: { u1: ['delivered a'], u2: ['failed b'] },
        crashes: [crash],
      });
      const before = posted.filter((id) => id === 'failed b').length;
      await redrive();

      expect(posted.filter((id) => id === 'failed b').length, `crash at ${crash}`).toBe(before + 1);
      expect(deadLetters, `crash at ${crash}`).toHaveLength(1);
      expect(await status(), `crash at ${crash}`).toMatchObject({ delivered: 1, failed: 1 });
    }
  });

  test('that is stored puts nothing aside: a replay brings it', async () => {
    const options = { ttlSeconds: 60, selection: undefined };
    const { status, deadLetters } = await multicastTo({
      uids: ['u1'],
      online: { u1: ['failed a'] },
      options,
    });

    expect(await status()).toMatchObject({ failed: 1, stored: 1 });
    expect(deadLetters).toEqual([]);
  });

  test('started again is one', async () => {
    const { status, posted, start, runAll } = await multicastTo({
      uids: ['u1'],
      online: { u1: ['delivered a'] },
    });
    await start();
    await runAll();

    expect(await status()).toMatchObject({ delivered: 1, done: 1 });
    expect(posted).toHaveLength(1);
  });

  test('that was a week ago does nothing', async () => {
    const { work, posted } = await multicastTo({ uids: ['u1'], online: {} });
    await work({ multicast: 'another', chunk: 0, from: 0 });

    expect(posted).toEqual([]);
  });
});
