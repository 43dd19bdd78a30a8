import { SEEN_SECONDS } from '../../protocol/limits.ts';
import type { Counter, MessageLog } from './message-log.ts';

/** Seconds that a counter has left when a page that receives its number may yet remember it. */
const leastSeconds = SEEN_SECONDS + 30 * 86_400;

/**
 * Returns the number that a page may receive, having made sure that the counter outlives the page's memory of it.
 *
 * When a counter goes, numbers begin anew at 1. A page that remembers 7 notices that while the new counter is below 7,
 * and takes everything up to 7 for shown when it is not. So no page may remember a number of a counter that is gone:
 *
 *     page                    counter                           later
 *     ── register ──────────▶ 7, ends in 300 days
 *                        ◀─── ends in 732 days, if it still is at least 7
 *     shows 7, remembers it for 366 days after it last came
 *                             366 days without a page or a push: forgotten by the page
 *                             732 days: deleted, begins anew at 1
 *
 * DynamoDB may have deleted it between the reading and the writing, since its end had passed already:
 *
 *     register                counter                           push
 *     ── read ──────────────▶ 7, ended yesterday
 *                             deleted                           ── put 1, raise to 1 ──▶
 *     ── keep if at least 7 ▶ refused
 *     ── read again ────────▶ 1, which is sent
 *
 * A push needs none of this: it tells the number that it has just raised the counter to.
 */
export async function lastingLatest(
  uid: string,
  { latest, endsAt }: Counter,
  now: number,
  log: Pick<MessageLog, 'keepCounter' | 'latestOf'>,
): Promise<number> {
  const isLasting = endsAt === undefined || endsAt - now >= leastSeconds * 1_000;
  if (isLasting || (await log.keepCounter(uid, latest, now))) return latest;
  return log.latestOf(uid);
}
