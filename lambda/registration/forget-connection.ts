import type { Socket } from '../incoming.ts';
import { errorName, logError } from '../log.ts';
import type { ConnectionTable, Registration } from '../table/connection-table.ts';

/** Longer than a message can be in progress: the register function ends within half a minute. */
const underWayMs = 60_000;

/**
 * Epoch seconds after which the mark of a connection that was closed at `closedAt` (milliseconds since the epoch) is of
 * no use. Every broadcast reads it.
 */
function markExpiry(closedAt: number): number {
  return Math.ceil((closedAt + underWayMs) / 1_000);
}

/**
 * After a connection was closed: removes both of its rows. Every key contains the connection's id, so a late
 * `$disconnect` of an old connection can't touch a newer one of the same uid. `closedAt`: milliseconds since the epoch.
 *
 * A connection closed while its registration is in progress has nothing to remove yet. It is marked closed instead, so
 * that the registration finds the mark and takes its row back (`settle`); the mark is deleted when it expires. A
 * connection that was opened a moment ago may have sent several such messages, and is marked even if one of them has
 * registered it:
 *
 *     message 1: u1            $disconnect              message 2: u2
 *     registers c → u1
 *                              put c closed: it was u1
 *                              delete uid#u1 → c
 *                                                       read: c closed
 *
 * Returns the uid that it was registered as.
 */
export async function forgetClosedConnection(
  table: ConnectionTable,
  socket: Socket,
  closedAt: number,
): Promise<string | undefined> {
  const { connectionId, connectedAt } = socket;
  const expiresAt = markExpiry(closedAt);
  if (closedAt - connectedAt < underWayMs) {
    return forgetRow(table, connectionId, await table.markClosed(connectionId, expiresAt));
  }
  const uid = await forgetRegistered(table, connectionId);
  if (uid !== undefined) return uid;
  const isMarked = await table.addFirstRegistration(connectionId, { closed: true }, expiresAt);
  // The registration was written between the two: now it is there to be removed.
  return isMarked ? undefined : forgetRegistered(table, connectionId);
}

async function forgetRegistered(table: ConnectionTable, connectionId: string): Promise<string | undefined> {
  return forgetRow(table, connectionId, await table.takeRegistration(connectionId));
}

async function forgetRow(
  table: Pick<ConnectionTable, 'removeConnection'>,
  connectionId: string,
  registration: Registration | undefined,
): Promise<string | undefined> {
  if (registration === undefined || 'closed' in registration) return undefined;
  // A crash here leaves the uid's row of a dead connection: the next push to it gets 410 and removes it.
  await table.removeConnection(registration.uid, connectionId);
  return registration.uid;
}

/**
 * After a connection was found gone: removes exactly its two rows. Never throws: the next push finds a row that stays,
 * and the connection gone again; or the row expires.
 */
export async function forgetGoneConnection(
  table: Pick<ConnectionTable, 'removeConnection' | 'takeRegistration'>,
  uid: string,
  connectionId: string,
): Promise<void> {
  try {
    await Promise.all([table.removeConnection(uid, connectionId), table.takeRegistration(connectionId)]);
  } catch (error) {
    logError('forget-failed', { connectionId, error: errorName(error) });
  }
}

/**
 * After the service closed a connection, or found it gone in doing so: removes its rows. A connection that was closed
 * is marked as closed: a message of its browser that is still in progress would register it anew, and with
 * `sessions=single` close the newer connection. Never throws, for the same reason.
 */
export async function forgetConnection(
  table: Pick<ConnectionTable, 'markClosed' | 'removeConnection' | 'takeRegistration'>,
  uid: string,
  connectionId: string,
  outcome: 'closed' | 'gone',
  now: number,
): Promise<void> {
  if (outcome === 'gone') return forgetGoneConnection(table, uid, connectionId);
  // The mark first: a row that a message adds after it is taken back, one that it added before is removed here.
  await attempt(connectionId, async () => void (await table.markClosed(connectionId, markExpiry(now))));
  // Also when the mark could not be written: if it was, and its answer was lost, `$disconnect` finds no registration
  // that names this row.
  await attempt(connectionId, () => table.removeConnection(uid, connectionId));
}

/**
 * After the service closed a connection that was not registered when it was looked for. By now it may be:
 *
 *     register                 close
 *                              ── read: none
 *     ── put uid#u → c
 *     ── put c → u
 *                              ── close
 *                              ── put c closed: it was u
 *                              ── delete uid#u → c
 *
 * A registration that comes after the mark finds it. Never throws, as `forgetConnection`.
 */
export async function forgetUnregistered(
  table: Pick<ConnectionTable, 'markClosed' | 'removeConnection'>,
  connectionId: string,
  now: number,
): Promise<void> {
  await attempt(connectionId, async () => {
    await forgetRow(table, connectionId, await table.markClosed(connectionId, markExpiry(now)));
  });
}

async function attempt(connectionId: string, forget: () => Promise<void>): Promise<void> {
  try {
    await forget();
  } catch (error) {
    logError('forget-failed', { connectionId, error: errorName(error) });
  }
}
