import type { ConnectionTable } from '../table/connection-table.ts';
import { withOperations } from '../table/with-operations.ts';
import { type GroupDependencies, settleRows } from './settle-rows.ts';

/**
 * The table of connections, each change of which the rows of groups follow: before the operation resolves, they are
 * what they are to be. So those who register a connection, or forget one, need not know of groups.
 */
export function tableWithGroups(table: ConnectionTable, dependencies: GroupDependencies): ConnectionTable {
  const settle = (uid: string, connectionId: string) => settleRows(uid, connectionId, dependencies);
  return withOperations(table, {
    async addConnection(uid, connection) {
      const row = await table.addConnection(uid, connection);
      // Also when the row lasts as long already: rows of groups may have been lost.
      await settle(uid, connection.connectionId);
      return row;
    },
    async replaceConnection(uid, connectionId, before, after) {
      const isReplaced = await table.replaceConnection(uid, connectionId, before, after);
      if (isReplaced) await settle(uid, connectionId);
      return isReplaced;
    },
    async removeConnection(uid, connectionId, expected) {
      await table.removeConnection(uid, connectionId, expected);
      await settle(uid, connectionId);
    },
  });
}
