import type { Connection, ConnectionTable } from '../table/connection-table.ts';
import type { BothTables } from './both-tables.ts';

export type LookUpPorts = {
  registrationOf: ConnectionTable['registrationOf'];
  connectionAndLatest: BothTables['connectionAndLatest'];
  now(): number;
};

/** A connection that pushes reach. `latest`: the highest number of a stored message of its uid. */
export type RegisteredConnection = { uid: string; connection: Connection; latest: number };

/**
 * Returns the connection if both of its rows are there: the registration says whose it is, and the row of the uid, by which pushes reach
 * it, ends with the credential. Throws when a table can't be read.
 */
export async function registeredConnection(
  connectionId: string,
  { registrationOf, connectionAndLatest, now }: LookUpPorts,
): Promise<RegisteredConnection | undefined> {
  const registration = await registrationOf(connectionId);
  if (registration === undefined || !('uid' in registration)) return undefined;
  const { uid } = registration;
  const { connection, latest } = await connectionAndLatest(uid, connectionId, now());
  return connection && { uid, connection, latest };
}
