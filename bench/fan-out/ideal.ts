import pLimit from 'p-limit';
import { BROADCAST_SEGMENTS } from '../../lambda/broadcast/broadcast-table.ts';
import { postToAll } from '../../lambda/broadcast/post-to-all.ts';
import { retryThrottled } from '../../lambda/connection/retry-throttled.ts';
import { pushMessages } from '../../lambda/push/push-messages.ts';
import { MAX_CONCURRENT_CONNECTION_REQUESTS } from '../../lambda/push-service.ts';
import { VirtualClock } from '../simulation/virtual-clock.ts';
import { connection } from '../stub/query-answer.ts';
import { connectionsPerPage, latencyMs, postsPerSecond, throttledShare } from './conditions.ts';

/**
 * How long it would take if the functions themselves took no time: their own order, concurrency, pace and retries, on a clock that only the
 * answers of AWS move.
 */

/** Milliseconds of one push. `random`: from 0 to below 1. */
export async function idealPushMs(connections: number, random: () => number): Promise<number> {
  const world = new AnsweringWorld(random);
  const limit = pLimit(MAX_CONCURRENT_CONNECTION_REQUESTS);
  const pushed = pushMessages([{ uid: 'u1', text: '{"uid":"u1"}' }], {
    connectionsOf: async () => {
      await world.answer();
      return Array.from({ length: connections }, (_, index) => connection(index));
    },
    post: () => limit(() => world.post()),
    forget: async () => {},
  });
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
      await postToAll(targets, postsPerSecond / BROADCAST_SEGMENTS, {
        ...world.clock,
        post: () => world.post(),
      });
      await world.answer();
      if (done + connectionsPerPage < ofSegment) await world.answer();
    }
  });
  return world.timeOf(Promise.all(segments));
}

class AnsweringWorld {
  readonly #clock = new VirtualClock();
  readonly #random: () => number;

  constructor(random: () => number) {
    this.#random = random;
  }

  get clock() {
    return { now: this.#clock.now, sleep: this.#clock.sleep, random: this.#random };
  }

  answer(): Promise<void> {
    return this.#clock.sleep(latencyMs);
  }

  post(): Promise<'delivered' | 'failed'> {
    const attempt = async () => {
      await this.answer();
      return this.#random() < throttledShare ? ('throttled' as const) : ('delivered' as const);
    };
    return retryThrottled<'delivered'>(attempt, {
      ...this.clock,
      retryForMs: Number.POSITIVE_INFINITY,
      lastAttemptAt: Number.POSITIVE_INFINITY,
    });
  }

  /** Lets time pass until `work` is done. */
  async timeOf(work: Promise<unknown>): Promise<number> {
    const ended = work.then(() => this.#clock.now());
    await this.#clock.run();
    return ended;
  }
}
