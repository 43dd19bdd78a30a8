import type { Proven } from '../identity/identity.ts';
import type { BothTables } from '../messages/both-tables.ts';
import type { ConnectionTable } from '../table/connection-table.ts';
import {
  addRow,
  type NewConnection,
  type RegisterOutcome,
  registeredBy,
  settle,
} from './register-connection.ts';

/** `expiresAt`: when pushes to the connection stop, milliseconds since the epoch. */
export type FramedRegisterOutcome = RegisterOutcome & { latest: number; expiresAt: number };

/**
 * As `registerConnection`, for a framed socket; also returns the uid's highest number of a stored message. Framed sockets register when
 * they mean to, so the row is written first, and one request reads both whose the connection is and the counter:
 *
 *     register                       tables                      push
 *     ── put uid's row ────────────▶ uid#u → c                   ── put message, raise counter ▶
 *     ── read registration, counter  none, n                     ── look connections up ───────▶
 *     ── put registration if none ─▶ c → u
 *
 * Either the counter has the push's message, or the push raises it after this read, and its lookup finds the row. That a row is there
 * which the registration forbids, until it is taken back, is the case of `settle`.
 *
 * `isAgain`: the connection lost its registration and doesn't know when that was made. It counts as registered since it was opened, so
 * that with `sessions=single` it does not take the place of a newer one; and it precedes no registration that is there.
 */
export async function registerFramedConnection(
  table: ConnectionTable,
  bothTables: Pick<BothTables, 'registrationAndLatest'>,
  connection: NewConnection,
  proven: Proven,
  receivedAt: number,
  isAgain = false,
): Promise<FramedRegisterOutcome> {
  const { uid } = proven;
  const registeredAt = isAgain ? connection.connectedAt : receivedAt;
  const row = await addRow(table, connection, proven, { uid, registeredAt, isFramed: true });
  const { registration, latest } = await bothTables.registrationAndLatest(connection.connectionId, uid);
  const settled = await settle(table, connection, registeredBy(row, uid), registration, !isAgain);
  return { ...settled, latest, expiresAt: row.expiresAt * 1_000 };
}
