import { setTimeout as sleepFor } from 'node:timers/promises';
import { PushError, PushErrorCode } from './push-error.ts';

export type RetryOptions = {
  /** From 0 to less than 1. Default: `Math.random`. */
  random?: () => number;
  /** Waits for milliseconds. Default: a timer. */
  sleep?: (milliseconds: number) => Promise<unknown>;
};

const maxRetries = 2;
const firstDelayMs = 200;

/** Does again what may be done twice, when another attempt may well succeed. */
export async function retried<Result>(
  attempt: () => Promise<Result>,
  { random = Math.random, sleep = sleepFor }: RetryOptions,
): Promise<Result> {
  for (let retries = 0; ; retries++) {
    try {
      return await attempt();
    } catch (error) {
      if (retries === maxRetries || !isPassing(error)) throw error;
    }
    // The jitter keeps clients that failed together from coming back together.
    await sleep(firstDelayMs * 2 ** retries * (0.5 + random()));
  }
}

/** A request that took its whole time is not repeated: its caller has waited long enough. */
function isPassing(error: unknown): boolean {
  if (!(error instanceof PushError)) return false;
  return error.code === PushErrorCode.unreachable || error.status === 429 || error.status === 503;
}
