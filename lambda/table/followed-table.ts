import { type GroupDependencies, settleRows } from '../groups/settle-rows.ts';
import { announceDeparture, type DepartureDependencies } from '../presence/announce.ts';
import { settleWatch } from '../watch/settle-watch.ts';
import type { WatchTable } from '../watch/watch-table.ts';
import type { ConnectionTable } from './connection-table.ts';

/** What follows the rows of connections; `undefined` where it is not deployed. */
export type Followers = {
  /** What a connection watches ends with its row. */
  watches?: WatchTable | undefined;
  /** Rows of groups are there as long as those of their connections. */
  groups?: GroupDependencies | undefined;
  /** Each removal is announced, for whatever reason it is made. */
  departures?: DepartureDependencies | undefined;
};

/**
 * Returns the table of connections, each change of which is followed before the operation resolves. So those who
 * register a connection, or forget one, need not know of what follows. All other operations are those of `table`.
 */
export function followedTable(
  table: ConnectionTable,
  { watches, groups, departures }: Followers,
): ConnectionTable {
  const settleGroups = async (uid: string, connectionId: string) => {
    if (groups) await settleRows(uid, connectionId, groups);
  };
  return {
    connectionsOf: (...lookup) => table.connectionsOf(...lookup),
    hasConnections: (...lookup) => table.hasConnections(...lookup),
    onlineUids: (...page) => table.onlineUids(...page),
    connectionOf: (...key) => table.connectionOf(...key),
    async addConnection(uid, connection) {
      const row = await table.addConnection(uid, connection);
      // Also when the row lasts as long already: rows of groups may have been lost.
      await settleGroups(uid, connection.connectionId);
      return row;
    },
    async replaceConnection(uid, connectionId, before, after) {
      const isReplaced = await table.replaceConnection(uid, connectionId, before, after);
      if (isReplaced) await settleGroups(uid, connectionId);
      return isReplaced;
    },
    async removeConnection(uid, connectionId, expected) {
      await table.removeConnection(uid, connectionId, expected);
      // Most connections watch nobody, and this one read says so.
      const watcher = { uid, connectionId };
      if (watches && (await watches.listOf(watcher))) await settleWatch(watcher, watches);
      await settleGroups(uid, connectionId);
      if (departures) await announceDeparture(uid, table, departures);
    },
    registrationOf: (connectionId) => table.registrationOf(connectionId),
    addFirstRegistration: (...registration) => table.addFirstRegistration(...registration),
    replaceRegistration: (...registrations) => table.replaceRegistration(...registrations),
    takeRegistration: (connectionId) => table.takeRegistration(connectionId),
    markClosed: (...mark) => table.markClosed(...mark),
  };
}
