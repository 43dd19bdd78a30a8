import type { DisconnectResult } from '../../protocol/push-api.ts';
import type { Connection } from '../table/connection-table.ts';

/** What disconnecting a uid needs of the world. */
export type DisconnectPorts = {
  connectionsOf(uid: string): Promise<Connection[]>;
  /** Closes one connection, with whatever retries there are. */
  close(connection: Connection): Promise<'closed' | 'gone' | 'failed'>;
  /** Does not throw. */
  forget(uid: string, connectionId: string, outcome: 'closed' | 'gone'): Promise<void>;
};

/**
 * Closes the connections of a uid, all but `except`, and forgets them. One that could not be closed is not forgotten: it may live, and
 * a living connection keeps its row.
 */
export async function disconnectUid(
  uid: string,
  except: string | undefined,
  ports: DisconnectPorts,
): Promise<DisconnectResult> {
  const result = { uid, closed: 0, gone: 0, failed: 0 };
  const connections = await ports.connectionsOf(uid);
  const unwanted = connections.filter(({ connectionId }) => connectionId !== except);
  await Promise.all(
    unwanted.map(async (connection) => {
      const outcome = await ports.close(connection);
      result[outcome]++;
      if (outcome !== 'failed') await ports.forget(uid, connection.connectionId, outcome);
    }),
  );
  return result;
}
