import type { ConnectionTable } from '../table/connection-table.ts';
import { connectionExpiry } from './connection-life.ts';

export type NewConnection = {
  connectionId: string;
  /** When the socket was opened, milliseconds since the epoch. */
  connectedAt: number;
};

/** `ignored`: the connection is somebody's already (its first registration stands), or it is closed. */
export type RegisterOutcome = 'registered' | 'ignored';

/**
 * Makes a connection belong to `uid`. `now` is in milliseconds since the epoch.
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
  uid: string,
  now: number,
): Promise<RegisterOutcome> {
  const { connectionId, connectedAt } = connection;
  // Without this read, every later message of a chatty browser would put and delete a row of some other uid.
  if (await table.registrationOf(connectionId)) return 'ignored';

  const expiresAt = connectionExpiry(connectedAt);
  await table.addConnection(uid, { connectionId, registeredAt: now, expiresAt });
  const isFirst = await table.addFirstRegistration(connectionId, { uid }, expiresAt);
  return isFirst ? 'registered' : settleLostRace(table, connectionId, uid);
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
async function settleLostRace(
  table: ConnectionTable,
  connectionId: string,
  uid: string,
): Promise<RegisterOutcome> {
  const winner = await table.registrationOf(connectionId);
  const isOurs = winner !== undefined && 'uid' in winner && winner.uid === uid;
  if (!isOurs) await table.removeConnection(uid, connectionId);
  return isOurs ? 'registered' : 'ignored';
}
