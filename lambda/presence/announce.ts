import type { Clock } from '../../protocol/clock.ts';
import { errorName, hashed, logError } from '../log.ts';
import { CANARY_UID_PREFIX } from '../names.ts';
import type { ConnectionTable } from '../table/connection-table.ts';
import type { PresenceTable, SendLook, SendSettle } from './presence-table.ts';

export type ArrivalDependencies = {
  presences: Pick<PresenceTable, 'presenceOf'>;
  sendLook: SendLook;
};

/**
 * After the row of a connection was written: has a worker look, unless the uid is online by what was read since.
 * `isOnline`: that, if the caller has read it.
 *
 * Never throws: pushes reach the connection, which is what it registered for. A worker that is not told of it looks
 * when the uid registers next, at the latest when this connection is replaced.
 */
export async function announceArrival(
  uid: string,
  isOnline: boolean | undefined,
  { presences, sendLook }: ArrivalDependencies,
): Promise<void> {
  if (isOnline || uid.startsWith(CANARY_UID_PREFIX)) return;
  try {
    const isKnown = isOnline ?? (await presences.presenceOf(uid))?.isOnline ?? false;
    if (!isKnown) await sendLook({ uid, isSettled: false, isDue: false });
  } catch (error) {
    logError('presence-failed', { error: errorName(error), ...hashed(uid) });
  }
}

export type DepartureDependencies = {
  presences: Pick<PresenceTable, 'noteLeft'>;
  sendSettle: SendSettle;
  clock: Pick<Clock, 'now'>;
};

/**
 * After the row of a connection was removed: if it was the last one, has a worker look when the grace is over.
 *
 *     tab 1 leaves              tab 2 leaves              a worker finds the uid online
 *     ── delete row 1
 *                               ── delete row 2           ── read rows: some
 *     ── read rows: none        ── read rows: none        ── write online
 *     ── note left if online ✗  ── note left if online    ── read rows: none, so it notes that itself
 *                               ── send to settle
 *
 * Of two that leave at once at least one finds no row: each deletes its own first. A crash after a delete leaves the
 * uid online without a row: the sweep finds it when its last row would have expired.
 */
export async function announceDeparture(
  uid: string,
  table: Pick<ConnectionTable, 'hasConnections'>,
  { presences, sendSettle, clock }: DepartureDependencies,
): Promise<void> {
  if (uid.startsWith(CANARY_UID_PREFIX)) return;
  if (await table.hasConnections(uid, clock.now())) return;
  if (await presences.noteLeft(uid, clock.now())) await sendSettle(uid);
}
