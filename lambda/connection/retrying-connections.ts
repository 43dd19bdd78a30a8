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

/**
 * API Gateway's connections, with retries while it throttles, and with a probe of each connection that it says is gone.
 * Never throws.
 */
export class RetryingConnections {
  readonly #apiGateway: Connections;
  readonly #conditions: RetryConditions;
  readonly #limit: LimitFunction;

  /** @param limit Bounds how many posts and closings are under way, their waits included. @default unbounded */
  constructor(
    apiGateway: Connections,
    conditions: RetryConditions,
    limit: LimitFunction = pLimit(Number.POSITIVE_INFINITY),
  ) {
    this.#apiGateway = apiGateway;
    this.#conditions = conditions;
    this.#limit = limit;
  }

  post(connectionId: string, text: string): Promise<'delivered' | 'gone' | 'failed'> {
    return this.#limit(async () => {
      const attempts = this.#attemptsAt(connectionId);
      while (await attempts.prepareNext()) {
        const outcome = await this.#apiGateway.post(connectionId, text);
        const isFinal = attempts.noteOutcome(outcome);
        if (isFinal) return outcome;
      }
      return attempts.givenUp();
    });
  }

  close(connectionId: string): Promise<'closed' | 'gone' | 'failed'> {
    return this.#limit(async () => {
      const attempts = this.#attemptsAt(connectionId);
      while (await attempts.prepareNext()) {
        const outcome = await this.#apiGateway.close(connectionId);
        const isFinal = attempts.noteOutcome(outcome);
        if (isFinal) return outcome;
      }
      return attempts.givenUp();
    });
  }

  #attemptsAt(connectionId: string): Attempts {
    return new Attempts(connectionId, this.#apiGateway, this.#conditions);
  }
}

/**
 * The attempts at one request, until its outcome is certain, or there is no time for another: then it is `failed`.
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
class Attempts {
  readonly #connectionId: string;
  readonly #apiGateway: Pick<Connections, 'probe'>;
  readonly #conditions: RetryConditions;
  readonly #lastAttemptAt: number;
  #throttles = 0;
  #suspicions = 0;
  #waitMs = 0;
  #refused: 'throttled' | 'gone' | undefined;
  #isGone = false;

  constructor(connectionId: string, apiGateway: Pick<Connections, 'probe'>, conditions: RetryConditions) {
    this.#connectionId = connectionId;
    this.#apiGateway = apiGateway;
    this.#conditions = conditions;
    this.#lastAttemptAt = Math.min(conditions.lastAttemptAt, conditions.clock.now() + conditions.retryForMs);
  }

  /** Waits, and probes, as the last refusal demands. Returns whether to make the request now. */
  async prepareNext(): Promise<boolean> {
    const { clock } = this.#conditions;
    if (this.#suspicions === maxSuspicions || clock.now() + this.#waitMs > this.#lastAttemptAt) return false;
    if (this.#waitMs > 0) await clock.sleep(this.#waitMs);
    if (this.#refused !== 'gone') return true;
    const state = await this.#apiGateway.probe(this.#connectionId);
    if (state === 'open') logWarning('false-gone', { connectionId: this.#connectionId });
    this.#isGone = state === 'gone';
    return state === 'open';
  }

  /** Notes of an outcome that is not certain what the next attempt waits for. Returns whether it is certain. */
  noteOutcome<Outcome extends string>(outcome: Outcome): outcome is Exclude<Outcome, 'throttled' | 'gone'> {
    const { random } = this.#conditions;
    if (outcome === 'throttled') {
      this.#refused = 'throttled';
      this.#waitMs = random() * exponentialBackoff(firstDelayMs, largestDelayMs, this.#throttles);
      this.#throttles++;
      return false;
    }
    if (outcome === 'gone') {
      this.#refused = 'gone';
      this.#waitMs = leastProbeDelayMs + random() * (mostProbeDelayMs - leastProbeDelayMs);
      this.#suspicions++;
      return false;
    }
    return true;
  }

  /** Returns what a request has come to that no attempt may start at any more; logs why it has failed. */
  givenUp(): 'gone' | 'failed' {
    if (this.#isGone) return 'gone';
    const connectionId = this.#connectionId;
    if (this.#refused === 'gone') logError('gone-unconfirmed', { connectionId });
    else if (this.#refused === 'throttled')
      logError('throttled', { connectionId, attempts: this.#throttles });
    else logError('no-time-left', { connectionId });
    return 'failed';
  }
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
