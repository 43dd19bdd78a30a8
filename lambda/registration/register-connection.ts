import type { Proven } from '../identity/identity.ts';
import type { Connection, ConnectionTable, Registration } from '../table/connection-table.ts';
import { connectionExpiry } from './connection-life.ts';

export type NewConnection = {
  connectionId: string;
  /** When the socket was opened, milliseconds since the epoch. */
  connectedAt: number;
};

/**
 * `registered`: it belongs to the uid now; `extended`: it did before, and may go on until its new credential ends; `other-uid`: it
 * belongs to another uid, its first registration stands; `closed`: it was closed meanwhile.
 */
export type RegisterOutcome = 'registered' | 'extended' | 'other-uid' | 'closed';

/**
 * Makes a connection belong to the uid that was proven. `now` is in milliseconds since the epoch.
 *
 * Two writes, the uid's row first. A crash between them leaves a connection that pushes reach, which is what its user wanted; the
 * other order would leave a live connection that no push reaches.
 *
 *     register              table                          what a crash after this line leaves
 *     ── read ─────────────▶ no registration                nothing
 *     ── put uid's row ────▶ uid#u → c                      pushes to u reach c; the row ends with c's first 410, or expires
 *     ── put if none ──────▶ c → u                          registered
 *
 * Between the read and the last write somebody else may have been there: see `settleLostRace`.
 */
export async function registerConnection(
  table: ConnectionTable,
  connection: NewConnection,
  proven: Proven,
  isFramed: boolean,
  now: number,
): Promise<RegisterOutcome> {
  const { connectionId, connectedAt } = connection;
  const { uid } = proven;
  const addRow = () => table.addConnection(uid, rowOf(connection, proven, isFramed, now));

  // Without this read, every later message of a chatty browser would put and delete a row of some other uid.
  const before = await table.registrationOf(connectionId);
  if (before !== undefined) {
    if (!isOf(before, uid)) return 'uid' in before ? 'other-uid' : 'closed';
    await addRow();
    return 'extended';
  }

  await addRow();
  const isFirst = await table.addFirstRegistration(connectionId, { uid }, connectionExpiry(connectedAt));
  return isFirst ? 'registered' : settleLostRace(table, connectionId, uid);
}

/** The row by which pushes to the uid reach the connection. */
export function rowOf(
  { connectionId, connectedAt }: NewConnection,
  proven: Proven,
  isFramed: boolean,
  now: number,
): Connection {
  return { connectionId, registeredAt: now, expiresAt: rowExpiry(connectedAt, proven), isFramed };
}

/** When pushes to the connection must stop: its life's end, or its credential's. Epoch seconds, as the table has it. */
function rowExpiry(connectedAt: number, { expiresAt }: Proven): number {
  const end = connectionExpiry(connectedAt);
  return expiresAt === undefined ? end : Math.min(end, Math.floor(expiresAt / 1_000));
}

/**
 * Takes back the uid's row when the connection turned out to be another's, or closed:
 *
 *     register(c, u2)        register(c, u1)                register(c, u)         $disconnect(c)
 *     read: none             read: none                     read: none
 *     put uid#u2 → c         put uid#u1 → c                 put uid#u → c
 *                            put c → u1 if none: done                              take c: none; put c closed if none
 *     put c → u2 if none:    ✗                              put c → u if none: ✗
 *     delete uid#u2 → c                                     delete uid#u → c
 *
 * The same uid twice is no conflict: both wrote the same row, and it must stay.
 */
export async function settleLostRace(
  table: ConnectionTable,
  connectionId: string,
  uid: string,
): Promise<RegisterOutcome> {
  const winner = await table.registrationOf(connectionId);
  if (winner !== undefined && isOf(winner, uid)) return 'registered';
  return takeRowBack(table, connectionId, uid, winner);
}

/** `winner`: whose the connection is instead. */
export async function takeRowBack(
  table: ConnectionTable,
  connectionId: string,
  uid: string,
  winner: Registration | undefined,
): Promise<'other-uid' | 'closed'> {
  await table.removeConnection(uid, connectionId);
  return winner !== undefined && 'uid' in winner ? 'other-uid' : 'closed';
}

export function isOf(registration: Registration, uid: string): boolean {
  return 'uid' in registration && registration.uid === uid;
}
