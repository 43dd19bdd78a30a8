import pLimit, { type LimitFunction } from 'p-limit';
import { BROADCAST_SEGMENTS } from '../../lambda/broadcast/broadcast-task.ts';
import { postToAll } from '../../lambda/broadcast/post-to-all.ts';
import type { Connections } from '../../lambda/connection/connections.ts';
import { RetryingConnections } from '../../lambda/connection/retrying-connections.ts';
import { workOnChunk } from '../../lambda/multicast/work-on-chunk.ts';
import { pushMessages } from '../../lambda/push/push-messages.ts';
import { MAX_CONCURRENT_CONNECTION_REQUESTS } from '../../lambda/request-scope.ts';
import { MemoryConnectionTable } from '../../test/support/memory-connection-table.ts';
import { MemoryMulticastTable } from '../../test/support/memory-multicast-table.ts';
import { pushDependencies } from '../../test/support/push-dependencies.ts';
import { VirtualClock } from '../simulation/virtual-clock.ts';
import { connection } from '../stub/connection.ts';
import { connectionsOfCrowd, crowdUid, isGoneOfCrowd } from '../stub/crowd.ts';
import { uidsOfChunk } from '../stub/multicast-answers.ts';
import { connectionsPerPage, latencyMs, postsPerSecond, throttledShare } from './conditions.ts';

/**
 * How long it would take if the functions themselves took no time: their own order, concurrency, pace and retries, on a
 * clock that only the answers of AWS move.
 */

/** Milliseconds of one push. `random`: from 0 to below 1. */
export async function idealPushMs(connections: number, random: () => number): Promise<number> {
  const world = new AnsweringWorld(random);
  const table = Object.assign(new MemoryConnectionTable(), {
    connectionsOf: async () => {
      await world.answer();
      return Array.from({ length: connections }, (_, index) => connection(index));
    },
  });
  const retrying = world.retrying(pLimit(MAX_CONCURRENT_CONNECTION_REQUESTS));
  const dependencies = pushDependencies({ table, connections: retrying, clock: world.clock });
  const pushed = pushMessages([{ uid: 'u1', text: '{"uid":"u1"}' }], 0, dependencies);
  return world.timeOf(pushed);
}

/** Milliseconds of one broadcast to so many connections. */
export async function idealBroadcastMs(connections: number, random: () => number): Promise<number> {
  const world = new AnsweringWorld(random);
  const ofSegment = Math.ceil(connections / BROADCAST_SEGMENTS);
  const segments = Array.from({ length: BROADCAST_SEGMENTS }, async () => {
    for (let done = 0; done < ofSegment; done += connectionsPerPage) {
      // The text, how far the segment is, and its page.
      for (let read = 0; read < 3; read++) await world.answer();
      const targets = Array.from({ length: Math.min(connectionsPerPage, ofSegment - done) }, (_, index) =>
        connection(index),
      );
      await postToAll({ textsFor: () => ['hello'] }, targets, {
        connections: world.retrying(),
        clock: world.clock,
        postsPerSecond: postsPerSecond / BROADCAST_SEGMENTS,
      });
      await world.answer();
      if (done + connectionsPerPage < ofSegment) await world.answer();
    }
  });
  return world.timeOf(Promise.all(segments));
}

/** Milliseconds of one multicast to so many uids of the crowd. */
export async function idealMulticastMs(
  uids: number,
  random: () => number,
  workers = BROADCAST_SEGMENTS,
): Promise<number> {
  const world = new AnsweringWorld(random);
  const multicasts = new MemoryMulticastTable();
  const chunks = Array.from({ length: uids / uidsOfChunk }, (_, index) => {
    const first = index * uidsOfChunk;
    return { first, uids: Array.from({ length: uidsOfChunk }, (_, place) => crowdUid(first + place)) };
  });
  await multicasts.addMulticast(
    'm',
    { text: '{}', options: { ttlSeconds: 0, selection: undefined } },
    chunks,
    0,
  );
  const table = Object.assign(new MemoryConnectionTable(), {
    connectionsOf: async (uid: string) => {
      await world.answer();
      return connectionsOfCrowd(uid) ?? [];
    },
    removeConnection: () => world.answer(),
    takeRegistration: async () => {
      await world.answer();
      return undefined;
    },
  });
  const { messageLog } = pushDependencies();
  const worker = async (number: number) => {
    for (let chunk = number; chunk < chunks.length; chunk += workers) {
      // The message, the chunk and the part are read at the same time.
      await world.answer();
      const task = { multicast: 'm', chunk, from: chunk * uidsOfChunk };
      await workOnChunk(task, {
        multicasts,
        table,
        messageLog,
        connections: world.retrying(),
        queue: { send: async () => {} },
        deadLetters: { send: async () => {} },
        postsPerSecond: postsPerSecond / BROADCAST_SEGMENTS,
        clock: world.clock,
        random,
        lastAttemptAt: Number.POSITIVE_INFINITY,
        recordMetrics: () => {},
      });
      // What became of it is written.
      await world.answer();
    }
  };
  return world.timeOf(Promise.all(Array.from({ length: workers }, (_, number) => worker(number))));
}

class AnsweringWorld implements Connections {
  readonly clock = new VirtualClock();
  readonly #random: () => number;

  constructor(random: () => number) {
    this.#random = random;
  }

  /** With retries that never end, at most so many posts at the same time. */
  retrying(limit?: LimitFunction): RetryingConnections {
    const conditions = {
      clock: this.clock,
      random: this.#random,
      retryForMs: Number.POSITIVE_INFINITY,
      lastAttemptAt: Number.POSITIVE_INFINITY,
    };
    return new RetryingConnections(this, conditions, limit);
  }

  answer(): Promise<void> {
    return this.clock.sleep(latencyMs);
  }

  async post(connectionId: string): Promise<'delivered' | 'throttled' | 'gone'> {
    await this.answer();
    if (isGoneOfCrowd(connectionId)) return 'gone';
    return this.#random() < throttledShare ? 'throttled' : 'delivered';
  }

  async close(): Promise<'closed'> {
    return 'closed';
  }

  async probe(): Promise<'gone'> {
    await this.answer();
    return 'gone';
  }

  /** Lets time pass until `work` is done. */
  async timeOf(work: Promise<unknown>): Promise<number> {
    const ended = work.then(() => this.clock.now());
    await this.clock.run();
    return ended;
  }
}
