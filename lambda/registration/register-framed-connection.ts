import type { Proven } from '../identity/identity.ts';
import type { BothTables } from '../messages/both-tables.ts';
import type { ConnectionTable } from '../table/connection-table.ts';
import { connectionExpiry } from './connection-life.ts';
import {
  isOf,
  type NewConnection,
  type RegisterOutcome,
  rowOf,
  settleLostRace,
  takeRowBack,
} from './register-connection.ts';

/**
 * As `registerConnection`, for a framed socket, and tells the uid's highest number of a stored message. Framed sockets register when
 * they mean to, so the row is written first, and one request reads both whose the connection is and the counter:
 *
 *     register                       tables                      push
 *     ── put uid's row ────────────▶ uid#u → c                   ── put message, raise counter ▶
 *     ── read registration, counter  none, n                     ── look connections up ───────▶
 *     ── put registration if none ─▶ c → u
 *
 * Either the counter has the push's message, or the push raises it after this read, and its lookup finds the row. That a row is there
 * which the registration forbids, until it is taken back, is the case of `settleLostRace`.
 */
export async function registerFramedConnection(
  table: ConnectionTable,
  bothTables: BothTables,
  connection: NewConnection,
  proven: Proven,
  now: number,
): Promise<{ outcome: RegisterOutcome; latest: number }> {
  const { connectionId, connectedAt } = connection;
  const { uid } = proven;
  await table.addConnection(uid, rowOf(connection, proven, true, now));
  const { registration, latest } = await bothTables.registrationAndLatest(connectionId, uid);
  if (registration !== undefined) {
    const isExtension = isOf(registration, uid);
    const outcome = isExtension ? 'extended' : await takeRowBack(table, connectionId, uid, registration);
    return { outcome, latest };
  }
  const isFirst = await table.addFirstRegistration(connectionId, { uid }, connectionExpiry(connectedAt));
  return { outcome: isFirst ? 'registered' : await settleLostRace(table, connectionId, uid), latest };
}
