import pLimit, { type LimitFunction } from 'p-limit';
import { type Clock, systemClock } from '../../protocol/clock.ts';
import type { FrameError } from '../../protocol/frame-error.ts';
import { errorFrame } from '../../protocol/frames.ts';
import { exponentialBackoff } from '../../protocol/retry.ts';
import { logError, logWarning } from '../log.ts';
import type { Connection } from '../table/connection-table.ts';
import type { Connections } from './connections.ts';

/** Wait before the first retry of a throttled request, at most; doubled for each further one, up to the largest. */
const firstDelayMs = 50;
const largestDelayMs = 1_000;

/**
 * Wait between a 410 and the probe of the connection: what made API Gateway forget it for a moment has its time to
 * pass.
 */
const leastProbeDelayMs = 50;
const mostProbeDelayMs = 200;

/** 410s after which a request to an open connection has failed. A plain socket may get a message as often. */
const maxSuspicions = 10;

export type RetryConditions = {
  /** How long one request is retried, in milliseconds. */
  retryForMs: number;
  /**
   * Milliseconds since the epoch after which no attempt starts: the answer must leave before the function's own
   * timeout.
   */
  lastAttemptAt: number;
  clock: Pick<Clock, 'now' | 'sleep'>;
  /** From 0 up to, not including, 1. */
  random(): number;
};

/** Retries by the system's clock. Both arguments are those of `RetryConditions`. */
export function systemRetry(retryForMs: number, lastAttemptAt: number): RetryConditions {
  return { retryForMs, lastAttemptAt, clock: systemClock, random: Math.random };
}

/** Posts to connections and closes them, with retries; `gone` is confirmed by a probe. Never throws. */
export type RetryingConnections = {
  post(connectionId: string, text: string): Promise<'delivered' | 'gone' | 'failed'>;
  close(connectionId: string): Promise<'closed' | 'gone' | 'failed'>;
};

/**
 * `apiGateway` with retries while API Gateway throttles, and with a probe of each connection that it says is gone.
 *
 * @param limit Bounds how many posts and closings are under way, their waits included. @default unbounded
 */
export function retryingConnections(
  apiGateway: Connections,
  conditions: RetryConditions,
  limit: LimitFunction = pLimit(Number.POSITIVE_INFINITY),
): RetryingConnections {
  return {
    post: (id, text) =>
      limit(() => untilDecided(id, () => apiGateway.post(id, text), apiGateway, conditions)),
    close: (id) => limit(() => untilDecided(id, () => apiGateway.close(id), apiGateway, conditions)),
  };
}

/**
 * Posts texts to a connection, one after the other. Returns `delivered` if all were, else the outcome of the first that
 * was not.
 */
export async function postInOrder(
  texts: readonly string[],
  connectionId: string,
  connections: Pick<RetryingConnections, 'post'>,
): Promise<'delivered' | 'gone' | 'failed'> {
  for (const text of texts) {
    const outcome = await connections.post(connectionId, text);
    if (outcome !== 'delivered') return outcome;
  }
  return 'delivered';
}

/**
 * Makes a request until its outcome is certain, or there is no time for another attempt: then it is `failed`.
 *
 *     request ──▶ 429    wait, request again: the one refusal that is certain to mean that nothing was done
 *             ──▶ 410    wait, probe ──▶ 200: open, request again
 *                                    ──▶ 410 or 400: gone, the caller forgets the connection
 *                                    ──▶ anything else: failed, the connection may live and is not forgotten
 *             ──▶ anything else: that is the outcome
 *
 * A 410 is a suspicion: API Gateway answers so now and then for a connection that lives. One that follows a 200 is a
 * new suspicion: the connection may have closed in between, which the next probe says, or the 410 is false again. So
 * `gone` means two such answers in a row, by two operations; and a request that is never accepted, though each probe
 * says `open`, is `failed`.
 * Sources: https://github.com/aws/aws-sdk-js-v3/issues/2763, https://github.com/aws/aws-sdk-js/issues/3773
 */
async function untilDecided<Done extends string>(
  connectionId: string,
  request: () => Promise<Done | 'gone' | 'throttled' | 'failed'>,
  apiGateway: Pick<Connections, 'probe'>,
  conditions: RetryConditions,
): Promise<Done | 'gone' | 'failed'> {
  const { clock, random, retryForMs } = conditions;
  const lastAttemptAt = Math.min(conditions.lastAttemptAt, clock.now() + retryForMs);
  let throttles = 0;
  let suspicions = 0;
  let waitMs = 0;
  let refused: 'throttled' | 'gone' | undefined;
  while (suspicions < maxSuspicions && clock.now() + waitMs <= lastAttemptAt) {
    if (waitMs > 0) await clock.sleep(waitMs);
    if (refused === 'gone') {
      const state = await apiGateway.probe(connectionId);
      if (state === 'gone') return 'gone';
      if (state !== 'open') break;
      logWarning('false-gone', { connectionId });
    }
    const outcome = await request();
    if (outcome === 'throttled') {
      refused = 'throttled';
      waitMs = random() * exponentialBackoff(firstDelayMs, largestDelayMs, throttles);
      throttles++;
    } else if (outcome === 'gone') {
      refused = 'gone';
      waitMs = leastProbeDelayMs + random() * (mostProbeDelayMs - leastProbeDelayMs);
      suspicions++;
    } else {
      return outcome;
    }
  }
  if (refused === 'gone') logError('gone-unconfirmed', { connectionId });
  else if (refused === 'throttled') logError('throttled', { connectionId, attempts: throttles });
  else logError('no-time-left', { connectionId });
  return 'failed';
}

/**
 * Closes a connection. A framed one gets the reason before: API Gateway closes with 1000 and no reason, and a client
 * without a reason comes back at once.
 */
export async function closeConnection(
  connections: RetryingConnections,
  { connectionId, isFramed }: Pick<Connection, 'connectionId' | 'isFramed'>,
  reason: FrameError,
): Promise<'closed' | 'gone' | 'failed'> {
  if (isFramed && (await connections.post(connectionId, errorFrame(reason))) === 'gone') return 'gone';
  return connections.close(connectionId);
}
