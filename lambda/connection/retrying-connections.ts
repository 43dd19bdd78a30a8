import { type Clock, systemClock } from '../../protocol/clock.ts';
import type { FrameError } from '../../protocol/frame-error.ts';
import { errorFrame } from '../../protocol/frames.ts';
import { exponentialBackoff, retry } from '../../protocol/retry.ts';
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

/**
 * Maximum attempts at one request, the first included, while each is answered 410 though the connection is open. A
 * plain socket may get a message as often.
 */
const maxAttempts = 10;

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

/** Posts to connections and closes them, with retries; what is `gone` here is gone. Never throws. */
export type RetryingConnections = {
  post(connectionId: string, text: string): Promise<'delivered' | 'gone' | 'failed'>;
  close(connectionId: string): Promise<'closed' | 'gone' | 'failed'>;
};

/**
 * `connections` with retries while API Gateway throttles, and with a second look at each connection that it says is
 * gone.
 */
export function retryingConnections(
  connections: Connections,
  conditions: RetryConditions,
): RetryingConnections {
  return {
    post: (connectionId, text) =>
      confirmGone(() => connections.post(connectionId, text), connections, connectionId, conditions),
    close: (connectionId) =>
      confirmGone(() => connections.close(connectionId), connections, connectionId, conditions),
  };
}

/**
 * Attempts with `retryThrottled`, and takes `gone` for a suspicion: API Gateway answers 410 now and then for a
 * connection that lives.
 * Sources: https://github.com/aws/aws-sdk-js-v3/issues/2763, https://github.com/aws/aws-sdk-js/issues/3773
 *
 *     attempt ──▶ 410    wait    probe ──▶ 200: open, attempt again      (three calls in place of one)
 *                                      ──▶ 410: gone, the caller forgets the connection
 *                                      ──▶ anything else: failed, the connection may live and is not forgotten
 *
 * A 410 that follows a 200 is a new suspicion: the connection may have closed in between, which the next probe says, or
 * the 410 is false again. So `gone` means two 410 in a row, by two operations; and a request that is never accepted,
 * though each probe says `open`, is `failed`. All of it takes place within the time in which one request is retried.
 */
async function confirmGone<Outcome extends string>(
  attempt: () => Promise<Outcome | 'gone' | 'throttled'>,
  connections: Pick<Connections, 'probe'>,
  connectionId: string,
  conditions: RetryConditions,
): Promise<Exclude<Outcome, 'throttled'> | 'gone' | 'failed'> {
  const { clock, random, retryForMs } = conditions;
  const lastAttemptAt = Math.min(conditions.lastAttemptAt, clock.now() + retryForMs);
  const probeThenAttempt = async (number: number) => {
    if (number > 1) {
      const state = await connections.probe(connectionId);
      if (state !== 'open') return state === 'gone' ? ('gone' as const) : ('failed' as const);
      logWarning('false-gone', { connectionId });
    }
    if (number > maxAttempts) return 'suspected';
    const outcome = await retryThrottled(attempt, { ...conditions, lastAttemptAt });
    return outcome === 'gone' ? 'suspected' : outcome;
  };
  const outcome = await retry(
    probeThenAttempt,
    {
      isRetryable: (found) => found === 'suspected',
      delayMs: () => leastProbeDelayMs + random() * (mostProbeDelayMs - leastProbeDelayMs),
      // One more, to probe after the last attempt.
      maxAttempts: maxAttempts + 1,
      lastAttemptAt,
    },
    clock,
  );
  if (outcome !== undefined && outcome !== 'suspected') return outcome;
  logError('gone-unconfirmed', { connectionId });
  return 'failed';
}

/**
 * Attempts until the answer is not 429, while there is time. Only 429 is retried: it is the one refusal that is certain
 * to mean that nothing was done.
 */
export async function retryThrottled<Outcome extends string>(
  attempt: () => Promise<Outcome | 'throttled'>,
  { retryForMs, lastAttemptAt, clock, random }: RetryConditions,
): Promise<Exclude<Outcome, 'throttled'> | 'failed'> {
  let attempts = 0;
  const outcome = await retry(
    (number) => {
      attempts = number;
      return attempt();
    },
    {
      isRetryable: (found) => found === 'throttled',
      delayMs: (retries) => random() * exponentialBackoff(firstDelayMs, largestDelayMs, retries),
      lastAttemptAt: Math.min(lastAttemptAt, clock.now() + retryForMs),
    },
    clock,
  );
  if (outcome !== undefined && outcome !== 'throttled') return outcome as Exclude<Outcome, 'throttled'>;
  logError('throttled', { attempts });
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
