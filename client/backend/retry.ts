import { setTimeout as sleepFor } from 'node:timers/promises';
import { ProblemCode } from '../../protocol/problem.ts';
import { PushError, PushErrorCode } from './push-error.ts';

export type RetryOptions = {
  /** From 0 to less than 1. Default: `Math.random`. */
  random?: () => number;
  /** Waits for milliseconds. Default: a timer. */
  sleep?: (milliseconds: number) => Promise<unknown>;
};

/** When something is done again. */
export type RetryRule = {
  maxRetries: number;
  mayPass: (error: unknown) => boolean;
};

const firstDelayMs = 200;
const largestDelayMs = 10_000;

/** Does again what may be done twice, when another attempt may well succeed. */
export async function retried<Result>(
  attempt: () => Promise<Result>,
  { maxRetries, mayPass }: RetryRule,
  { random = Math.random, sleep = sleepFor }: RetryOptions,
): Promise<Result> {
  for (let retries = 0; ; retries++) {
    try {
      return await attempt();
    } catch (error) {
      if (retries === maxRetries || !mayPass(error)) throw error;
    }
    // The jitter keeps clients that failed together from coming back together.
    await sleep(Math.min(largestDelayMs, firstDelayMs * 2 ** retries) * (0.5 + random()));
  }
}

/** What reads, and what closes connections. */
export const repeatable: RetryRule = { maxRetries: 2, mayPass: isPassing };

/** A push with an idempotency key: the one who sends it wants it done, so a request that took its whole time is repeated, too. */
export function withKey(maxRetries: number): RetryRule {
  return { maxRetries, mayPass: (error) => isPassing(error) || isUndecided(error) };
}

/** Nobody knows whether it was done; or it is being done. */
function isUndecided(error: unknown): boolean {
  if (!(error instanceof PushError)) return false;
  const isBeingDone = error.code === ProblemCode.idempotencyKeyInUse;
  return error.code === PushErrorCode.timedOut || isBeingDone || (error.status ?? 0) >= 500;
}

/** A request that took its whole time is not repeated: its caller has waited long enough. */
function isPassing(error: unknown): boolean {
  if (!(error instanceof PushError)) return false;
  return error.code === PushErrorCode.unreachable || error.status === 429 || error.status === 503;
}
