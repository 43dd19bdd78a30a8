import type { Connection, ConnectionTable } from '../table/connection-table.ts';
import { forgetConnection } from './forget-connection.ts';

/**
 * With `sessions=single`, after a registration: closes all connections of the uid but the newest, and forgets them.
 *
 * Whoever registers writes its row first and reads the others after that, so of two at the same moment at least one sees both; they
 * agree on which is the newest, so exactly one stays:
 *
 *     register A              register B
 *     put A
 *                             put B
 *     reads A, B: closes A    reads A, B: closes A      (both close the same one, and the second finds it gone)
 *
 * One that is not among them has lost its row again, to an earlier message of its connection: it closes nobody.
 *
 * `close` tells `failed` when the connection may still be open: its row stays, and the next registration tries again.
 */
export async function keepNewest(
  table: ConnectionTable,
  uid: string,
  connectionId: string,
  now: number,
  close: (connection: Connection) => Promise<'closed' | 'gone' | 'failed'>,
): Promise<void> {
  const connections = await table.connectionsOf(uid, now);
  if (!connections.some((connection) => connection.connectionId === connectionId)) return;
  const [, ...older] = connections.sort(newestFirst);
  await Promise.all(
    older.map(async (connection) => {
      const outcome = await close(connection);
      if (outcome !== 'failed') await forgetConnection(table, uid, connection.connectionId, outcome, now);
    }),
  );
}

/** Ids break ties of the clock: any order will do that all agree on. */
function newestFirst(one: Connection, other: Connection): number {
  return other.registeredAt - one.registeredAt || (other.connectionId > one.connectionId ? 1 : -1);
}
