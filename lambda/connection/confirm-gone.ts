import { logError, logWarning } from '../log.ts';
import type { ConnectionProber } from './connection-ports.ts';
import { type RetryConditions, retryThrottled } from './retry-throttled.ts';

/** How long after a 410 the connection is asked about: what made API Gateway forget it for a moment has its time to pass. */
const leastWaitMs = 50;
const mostWaitMs = 200;

/**
 * Attempts at one request, the first included, while each is answered 410 and the connection is open all the same. A plain socket may
 * get a message as often.
 */
const maxAttempts = 10;

/**
 * Attempts with `retryThrottled`, and takes `gone` for a suspicion: API Gateway answers 410 now and then for a connection that lives.
 * Sources: https://github.com/aws/aws-sdk-js-v3/issues/2763, https://github.com/aws/aws-sdk-js/issues/3773
 *
 *     attempt ──▶ 410    wait    probe ──▶ 200: open, attempt again      (three calls in place of one)
 *                                      ──▶ 410: gone, the caller forgets the connection
 *                                      ──▶ anything else: failed, the connection may live and is not forgotten
 *
 * A 410 that follows a 200 is a new suspicion: the connection may have closed in between, which the next probe says, or the 410 is false
 * again. So what is `gone` was said to be so twice in a row, by two operations; and what is never attempted successfully, though each
 * probe says `open`, is `failed`. All of it takes place within the time that one request is tried in.
 */
export async function confirmGone<Outcome extends string>(
  attempt: () => Promise<Outcome | 'gone' | 'throttled'>,
  connections: ConnectionProber,
  connectionId: string,
  conditions: RetryConditions,
): Promise<Exclude<Outcome, 'throttled'> | 'gone' | 'failed'> {
  const { now, random, sleep, retryForMs } = conditions;
  const lastAttemptAt = Math.min(conditions.lastAttemptAt, now() + retryForMs);
  for (let attempts = 1; attempts <= maxAttempts; attempts++) {
    const outcome = await retryThrottled(attempt, { ...conditions, lastAttemptAt });
    if (outcome !== 'gone') return outcome;
    await sleep(leastWaitMs + random() * (mostWaitMs - leastWaitMs));
    if (now() > lastAttemptAt) break;
    const state = await connections.probe(connectionId);
    if (state === 'gone') return 'gone';
    if (state !== 'open') return 'failed';
    logWarning('false-gone', { connectionId });
  }
  logError('gone-unconfirmed', { connectionId });
  return 'failed';
}
