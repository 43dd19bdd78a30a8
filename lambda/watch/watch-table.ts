import type { Connection } from '../table/connection-table.ts';

/**
 * What a connection watches. `mayWatch`: the patterns of its token's `watch` claim; absent where the token has none.
 * `receivedAt`: when API Gateway received the frame that asked for it, milliseconds since the epoch.
 */
export type WatchList = { uids: readonly string[]; mayWatch?: readonly string[]; receivedAt: number };

/**
 * A list as it is in the table. `unsettled`: uids whose rows may not be as the list has them: missing, or there still.
 * `expiresAt`: epoch seconds after which the connection can't be open any more. `version`: another one after each
 * change.
 */
export type StoredWatchList = WatchList & {
  unsettled: readonly string[];
  expiresAt: number;
  version: string;
};

/** What decides which uids a connection watches. `connection`: absent where the uid has no such connection. */
export type WatchStanding = { connection?: Connection; list?: StoredWatchList };

/** A connection that watches, and whose it is. */
export type Watcher = { uid: string; connectionId: string };

/**
 * Who watches whom: a list for each connection that watches, or whose token lets it, and a row for each uid of it, by
 * which its watchers are found. Each operation is a single-item write, a batch of such, or one strongly consistent
 * read; the files of this folder call them in an order that is safe (`settle-watch.ts`).
 */
export interface WatchTable {
  standing(watcher: Watcher): Promise<WatchStanding>;
  listOf(watcher: Watcher): Promise<StoredWatchList | undefined>;
  /** Writes a list in place of the version that was read; `undefined`: if there is none. Returns whether it did. */
  replaceList(
    watcher: Watcher,
    version: string | undefined,
    list: Omit<StoredWatchList, 'version'>,
  ): Promise<boolean>;
  /**
   * Counts uids that a page of `uid` begins to watch in a minute, which is counted from the epoch, unless these make it
   * more than `most`. Returns whether it did.
   */
  countBegun(uid: string, minute: number, count: number, most: number): Promise<boolean>;
  /** Notes that all rows are as the list has them, if it is of this version. Returns whether it is. */
  noteSettled(watcher: Watcher, version: string): Promise<boolean>;
  /** Deletes the list, if it is of this version. Returns whether it was. */
  removeList(watcher: Watcher, version: string): Promise<boolean>;

  /**
   * Puts the rows of a connection as a watcher of `put`, and deletes those of `removed`. `expiresAt`: epoch seconds.
   */
  writeRows(
    watcher: Watcher,
    rows: { put: readonly string[]; removed: readonly string[] },
    expiresAt: number,
  ): Promise<void>;
  /**
   * Up to `limit` connections that watch `uid`, after the connection `after`, in a stable order. `next`: the last of
   * them, where there may be more.
   */
  watchersOf(
    uid: string,
    limit: number,
    after: string | undefined,
    now: number,
  ): Promise<{ watchers: readonly Watcher[]; next?: string }>;
  /** The connections of these, in their order; `undefined` for one that is not there any more. */
  connectionsOf(watchers: readonly Watcher[]): Promise<readonly (Connection | undefined)[]>;
}
