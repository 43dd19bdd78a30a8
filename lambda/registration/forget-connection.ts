import { errorName, logError } from '../log.ts';
import type { ConnectionTable } from '../table/connection-table.ts';
import { connectionExpiry } from './connection-life.ts';
import type { NewConnection } from './register-connection.ts';

/**
 * After a connection was closed: removes all that the table knows of it. Every key names the connection, so a late `$disconnect`
 * of an old connection can't touch a newer one of the same uid.
 *
 * A connection closed while its registration is under way has nothing to remove yet. It is marked closed instead, so that the
 * registration finds the mark and takes its row back (`settleLostRace`); the mark goes when it expires.
 *
 * Gives whether there was a registration to remove.
 */
export async function forgetClosedConnection(
  table: ConnectionTable,
  connection: NewConnection,
): Promise<boolean> {
  const { connectionId, connectedAt } = connection;
  if (await forgetRegistered(table, connectionId)) return true;
  const isMarked = await table.addFirstRegistration(
    connectionId,
    { closed: true },
    connectionExpiry(connectedAt),
  );
  // The registration was written between the two: now it is there to be removed.
  return isMarked ? false : forgetRegistered(table, connectionId);
}

async function forgetRegistered(table: ConnectionTable, connectionId: string): Promise<boolean> {
  const registration = await table.takeRegistration(connectionId);
  if (registration === undefined) return false;
  // A crash here leaves the uid's row of a dead connection: the next push to it gets 410 and removes it.
  if ('uid' in registration) await table.removeConnection(registration.uid, connectionId);
  return true;
}

/**
 * After a connection was found gone, or was closed: removes exactly its two rows. Never throws: a row that stays is met by the next push,
 * which finds the connection gone again, or it expires.
 */
export async function forgetGoneConnection(
  table: ConnectionTable,
  uid: string,
  connectionId: string,
): Promise<void> {
  try {
    await Promise.all([table.removeConnection(uid, connectionId), table.takeRegistration(connectionId)]);
  } catch (error) {
    logError('forget-failed', { connectionId, error: errorName(error) });
  }
}
