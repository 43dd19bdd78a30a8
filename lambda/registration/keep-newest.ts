import type { Clock } from '../../protocol/clock.ts';
import { FrameErrorCode } from '../../protocol/frame-error.ts';
import { closeConnection, type RetryingConnections } from '../connection/retrying-connections.ts';
import type { Connection, ConnectionTable } from '../table/connection-table.ts';
import { forgetConnection } from './forget-connection.ts';

const replaced = { code: FrameErrorCode.replaced, message: 'a newer connection of this uid took its place' };

/**
 * With `sessions=single`, after a registration: closes all connections of the uid but the newest, and removes their
 * rows.
 *
 * Each registration writes its row first and reads the others after that, so of two at the same moment at least one
 * sees both; they agree on which is the newest, so exactly one stays:
 *
 *     register A              register B
 *     put A
 *                             put B
 *     reads A, B: closes A    reads A, B: closes A      (both close the same one, and the second finds it gone)
 *
 * A connection that is not among them has lost its row again, to an earlier message of its own: it closes no other.
 *
 * The row of a connection that could not be closed stays, since it may still be open: the next registration tries
 * again.
 */
export async function keepNewest(
  uid: string,
  connectionId: string,
  {
    table,
    connections,
    clock,
  }: { table: ConnectionTable; connections: RetryingConnections; clock: Pick<Clock, 'now'> },
): Promise<void> {
  const now = clock.now();
  const found = await table.connectionsOf(uid, now);
  if (!found.some((connection) => connection.connectionId === connectionId)) return;
  const [, ...older] = found.sort(newestFirst);
  await Promise.all(
    older.map(async (connection) => {
      const outcome = await closeConnection(connections, connection, replaced);
      if (outcome !== 'failed') await forgetConnection(table, uid, connection.connectionId, outcome, now);
    }),
  );
}

/** Ids break ties of the clock; any order works if all registrations use the same. */
function newestFirst(one: Connection, other: Connection): number {
  return other.registeredAt - one.registeredAt || (other.connectionId > one.connectionId ? 1 : -1);
}
