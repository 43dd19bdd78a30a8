import { BROADCAST_SEGMENTS, type Target } from '../../lambda/broadcast/broadcast-task.ts';
import { countsOf, postToAll } from '../../lambda/broadcast/post-to-all.ts';
import type { Connections } from '../../lambda/connection/connections.ts';
import { RetryingConnections } from '../../lambda/connection/retrying-connections.ts';
import { quotas } from './quotas.ts';
import { TokenBucket } from './token-bucket.ts';
import { VirtualClock } from './virtual-clock.ts';

export type BroadcastOptions = {
  /** Registered connections, evenly in the table's segments. */
  connections: number;
  /** Posts that all workers together may start per second: the context key broadcastPostsPerSecond. */
  postsPerSecond: number;
  /** Requests per second that everything else of the account makes meanwhile. */
  otherRequestsPerSecond: number;
  /** From 0 to below 1. */
  random: () => number;
};

export type BroadcastResult = {
  delivered: number;
  /** Given up after ten seconds of 429; they wait in the dead-letter queue. */
  failed: number;
  /** Posts that were answered 429 and tried again, or given up. */
  throttled: number;
  seconds: number;
};

/** A page reads this many items, half of which are connections: see lambda/broadcast-worker.ts. */
const itemsOfPage = (postsPerSecondOfWorker: number) =>
  Math.min(1_000, Math.ceil(4 * postsPerSecondOfWorker));

/** Between two pages: reading the next, counting this one, and the queue's way to a worker. */
const betweenPagesMs = 150;
/** One post's way to API Gateway and back. */
const shortestPostMs = 10;
const longestPostMs = 50;

/** As the worker has it: tries again for 10 s, but not after the 17th second of its 30. */
const retryForMs = 10_000;
const lastAttemptAfterMs = 17_000;

/**
 * One broadcast: the service's own workers, pace and retries, on a clock that needs no waiting, against an API Gateway
 * that has so many requests left for it.
 */
export async function broadcast(options: BroadcastOptions): Promise<BroadcastResult> {
  const { connections, postsPerSecond, otherRequestsPerSecond, random } = options;
  const clock = new VirtualClock();
  const account = new TokenBucket({
    ratePerSecond: Math.max(0, quotas.requestsPerSecond - otherRequestsPerSecond),
    burst: quotas.requestBurst,
  });
  const result = { delivered: 0, failed: 0, throttled: 0, seconds: 0 };
  const ofWorker = postsPerSecond / BROADCAST_SEGMENTS;
  const pageSize = Math.ceil(itemsOfPage(ofWorker) / 2);

  const apiGateway: Connections = {
    async post() {
      await clock.sleep(shortestPostMs + random() * (longestPostMs - shortestPostMs));
      if (account.take(clock.now())) return 'delivered';
      result.throttled += 1;
      return 'throttled';
    },
    close: async () => 'closed',
    probe: async () => 'open',
  };
  const workOnSegment = async (size: number) => {
    for (let done = 0; done < size; done += pageSize) {
      await clock.sleep(betweenPagesMs);
      const retry = { clock, random, retryForMs, lastAttemptAt: clock.now() + lastAttemptAfterMs };
      const targets = Array.from({ length: Math.min(pageSize, size - done) }, () => target);
      const posted = await postToAll({ textsFor: () => ['hello'] }, targets, {
        connections: new RetryingConnections(apiGateway, retry),
        clock,
        postsPerSecond: ofWorker,
      });
      result.delivered += countsOf(posted).delivered;
      result.failed += countsOf(posted).failed;
    }
    result.seconds = Math.max(result.seconds, clock.now() / 1_000);
  };

  const segments = Array.from({ length: BROADCAST_SEGMENTS }, (_, segment) =>
    workOnSegment(Math.floor((connections + segment) / BROADCAST_SEGMENTS)),
  );
  await clock.run();
  await Promise.all(segments);
  return result;
}

const target: Target = { connectionId: 'simulated', isFramed: true };
