import type { Proven } from '../identity/identity.ts';
import type { Connection, ConnectionTable, Registered, Registration } from '../table/connection-table.ts';
import { connectionExpiry } from './connection-life.ts';
import { precedes } from './precedence.ts';

export type NewConnection = {
  connectionId: string;
  /** When the socket was opened, milliseconds since the epoch. */
  connectedAt: number;
};

/**
 * `registered`: the connection belongs to the uid from now on; `extended`: it did before, and may until its new credential ends. Its
 * first message decides whether it `isFramed`. `other-uid`: it belongs to another uid; `closed`: it was closed meanwhile.
 */
export type RegisterOutcome =
  | { outcome: 'registered' | 'extended'; isFramed: boolean }
  | { outcome: 'other-uid' }
  | { outcome: 'closed' };

/** Another attempt is made when another message of the same connection wrote in between, so there are few. */
const maxAttempts = 10;

/**
 * Makes a connection belong to the uid that the plain message received at `receivedAt` (milliseconds since the epoch) proves.
 *
 * Two writes, the uid's row first. A crash between them leaves a connection that pushes reach, which is what its user wanted; the
 * other order would leave a live connection that no push reaches.
 *
 *     register              table                          what a crash after this line leaves
 *     ── read ─────────────▶ no registration                nothing
 *     ── put uid's row ────▶ uid#u → c                      pushes to u reach c; the row ends with c's first 410, or expires
 *     ── put if none ──────▶ c → u                          registered
 *
 * Between the read and the last write another message, or `$disconnect`, may have been there: see `settle`.
 */
export async function registerConnection(
  table: ConnectionTable,
  connection: NewConnection,
  proven: Proven,
  receivedAt: number,
): Promise<RegisterOutcome> {
  const { connectionId } = connection;
  const { uid } = proven;
  const message = { uid, registeredAt: receivedAt, isFramed: false };
  // Without this read, every later message of a chatty browser would put and delete a row of some other uid.
  const before = await table.registrationOf(connectionId);
  if (before === undefined || ('uid' in before && precedes(message, before))) {
    const row = await addRow(table, connection, proven, message);
    return settle(table, connection, registeredBy(row, uid), before);
  }
  if ('closed' in before) return { outcome: 'closed' };
  if (before.uid !== uid) return { outcome: 'other-uid' };
  const written = await table.addConnection(uid, rowOf(connection, proven, before));
  if (written === undefined) return { outcome: 'extended', isFramed: before.isFramed };
  // The row may have been deleted a moment ago, and be back by this.
  return settle(table, connection, before, (await table.registrationOf(connectionId)) ?? closed);
}

/** Stands for a registration that was there and no longer is: the connection was closed, or found gone. */
const closed: Registration = { closed: true };

/**
 * Adds the row by which pushes to the uid reach the connection, and returns it as it is then. Of messages of the same uid the earliest
 * decides mode and time, whichever is faster, and the longest credential when it ends:
 *
 *     plain message, t = 1          register frame, t = 2
 *                                   adds the row: framed, 2
 *     adds nothing, or extends
 *     replaces framed, 2: plain, 1
 *                                   adds nothing: it is plain, 1      (and so it registers)
 */
export async function addRow(
  table: ConnectionTable,
  connection: NewConnection,
  proven: Proven,
  message: Registered,
): Promise<Connection> {
  const { uid, ...modeAndTime } = message;
  const { connectionId } = connection;
  const row = rowOf(connection, proven, message);
  for (let attempt = 0; attempt < maxAttempts; attempt++) {
    const found = (await table.addConnection(uid, row)) ?? (await table.connectionOf(uid, connectionId));
    // Removed between the two.
    if (found === undefined) continue;
    if (!precedes(message, registeredBy(found, uid))) return found;
    if (await table.replaceConnection(uid, connectionId, found, modeAndTime))
      return { ...found, ...modeAndTime };
  }
  throw new Error('The row of a connection changes without end.');
}

/** What the row says of who registered it. */
export function registeredBy({ registeredAt, isFramed }: Connection, uid: string): Registered {
  return { uid, registeredAt, isFramed };
}

function rowOf(
  { connectionId, connectedAt }: NewConnection,
  { expiresAt: credentialExpiresAt }: Proven,
  { registeredAt, isFramed }: Registered,
): Connection {
  const end = connectionExpiry(connectedAt);
  const expiresAt =
    credentialExpiresAt === undefined ? end : Math.min(end, Math.floor(credentialExpiresAt / 1_000));
  return { connectionId, registeredAt, expiresAt, isFramed };
}

/**
 * Makes the registration that of the earliest message, once its row is there, which says `ofRow`; `before` is the registration as it was read.
 * The Lambdas of one connection's messages run side by side: a later message may be faster, and then loses what it won.
 *
 *     message 1: u1             message 2: u2                 $disconnect
 *     ── put uid#u1 → c         ── put uid#u2 → c
 *                               ── put c → u2 if none
 *     ── put c → u1 if none ✗
 *     ── read: c → u2, later                                  a crash here leaves c reached as both until it is closed
 *     ── delete uid#u2 → c                                    a crash here leaves c reached as u1; its row ends with c's first 410,
 *     ── put c → u1 if c → u2                                 or expires
 *     ── delete uid#u2 → c      (for one that u2 sent again, between the two)
 *
 *     ── put uid#u1 → c
 *     ── put c → u1 if none     ── put uid#u2 → c
 *                               ── put c → u2 if none ✗
 *                               ── read: c → u1, earlier      a crash here leaves c reached as both until it is closed
 *                               ── delete uid#u2 → c
 *
 *     ── put uid#u1 → c                                       ── put c closed; it was none
 *     ── put c → u1 if none ✗
 *     ── read: c closed
 *     ── delete uid#u1 → c
 *
 * Messages of one uid share one row, so a row is deleted only as long as it has the time of the message that lost:
 *
 *     message 1: u1             message 2: u2                 message 3: u1
 *                               registers c → u2              ── put uid#u1 → c, 3
 *                                                             ── read: c → u2, earlier
 *     ── set uid#u1 → c to 1
 *     ── …put c → u1 if c → u2                                ── delete uid#u1 → c if it is of 3 ✗
 *
 * A registration that was read and is gone has been taken by
 * `$disconnect`, or with a 410: the connection is not registered again by a message from before.
 */
export async function settle(
  table: ConnectionTable,
  { connectionId, connectedAt }: NewConnection,
  ofRow: Registered,
  before: Registration | undefined,
  mayPrecede = true,
): Promise<RegisterOutcome> {
  const { uid } = ofRow;
  let mine = ofRow;
  let current = before;
  for (let attempt = 0; attempt < maxAttempts; attempt++) {
    if (current === undefined) {
      const isFirst = await table.addFirstRegistration(connectionId, mine, connectionExpiry(connectedAt));
      if (isFirst) return { outcome: 'registered', isFramed: mine.isFramed };
    } else if ('closed' in current) {
      await table.removeConnection(uid, connectionId, mine);
      return { outcome: 'closed' };
    } else if (mayPrecede && precedes(mine, current)) {
      const isMineNow = await takeOver(table, connectionId, mine, current);
      if (isMineNow)
        return { outcome: current.uid === uid ? 'extended' : 'registered', isFramed: mine.isFramed };
    } else if (current.uid !== uid) {
      await table.removeConnection(uid, connectionId, mine);
      return { outcome: 'other-uid' };
    } else if (current.registeredAt === mine.registeredAt && current.isFramed === mine.isFramed) {
      return { outcome: 'extended', isFramed: mine.isFramed };
    } else {
      // The row had been deleted, and is back as that of a later message. By whom it was deleted the next read shows.
      await table.replaceConnection(uid, connectionId, mine, current);
      mine = current;
    }
    current = (await table.registrationOf(connectionId)) ?? closed;
  }
  throw new Error('The registration of a connection changes without end.');
}

/** Returns whether `mine` now stands in place of the later `current`: not if that has changed meanwhile. */
async function takeOver(
  table: ConnectionTable,
  connectionId: string,
  mine: Registered,
  current: Registered,
): Promise<boolean> {
  const removeRow = async () => {
    if (current.uid !== mine.uid) await table.removeConnection(current.uid, connectionId, current);
  };
  await removeRow();
  const isReplaced = await table.replaceRegistration(connectionId, current, mine);
  if (isReplaced) await removeRow();
  return isReplaced;
}
