import type { Clock } from '../../protocol/clock.ts';
import type { Connection, ConnectionTable } from '../table/connection-table.ts';
import type { BothTables } from './both-tables.ts';

export type LookUpDependencies = {
  table: Pick<ConnectionTable, 'registrationOf'>;
  bothTables: Pick<BothTables, 'connectionAndLatest'>;
  clock: Pick<Clock, 'now'>;
};

/** A connection that pushes reach. `latest`: the highest number of a stored message of its uid. */
export type RegisteredConnection = { uid: string; connection: Connection; latest: number };

/**
 * Returns the connection if both of its rows are there: the registration says whose it is, and the row of the uid, by
 * which pushes reach it, ends with the credential.
 *
 * @throws when a table can't be read
 */
export async function registeredConnection(
  connectionId: string,
  { table, bothTables, clock }: LookUpDependencies,
): Promise<RegisteredConnection | undefined> {
  const registration = await table.registrationOf(connectionId);
  if (registration === undefined || !('uid' in registration)) return undefined;
  const { uid } = registration;
  const { connection, latest } = await bothTables.connectionAndLatest(uid, connectionId, clock.now());
  return connection && { uid, connection, latest };
}
