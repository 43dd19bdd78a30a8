import type { Connection } from '../table/connection-table.ts';
import type { Layout, RowRange } from './layout.ts';

/** That a backend has put a uid into a group. `until`: milliseconds since the epoch, where it is for a time. */
export type Membership = { group: string; until?: number };

/** All groups that a backend has put a uid into. `version`: of the item; absent where there is none. */
export type Memberships = { memberships: readonly Membership[]; version?: string };

/**
 * What a connection may join and has joined by itself. `mayJoin`: the patterns of its token's `groups` claim; absent
 * where the token has none.
 */
export type Visit = { joined: readonly string[]; mayJoin?: readonly string[] };

/** A visit as it is in the table. `expiresAt`: epoch seconds. */
export type StoredVisit = Visit & { version: string; expiresAt: number };

/** A connection in a group, as a push to the group finds it. `expiresAt`: epoch seconds. */
export type GroupRow = Pick<Connection, 'connectionId' | 'isFramed' | 'expiresAt' | 'device'> & {
  uid: string;
};

/**
 * What decides in which groups a connection is. `connection`: absent where the uid has no such connection. `layouts`:
 * of the groups that were asked for.
 */
export type Standing = {
  connection?: Connection;
  memberships: readonly Membership[];
  visit?: StoredVisit;
  layouts: ReadonlyMap<string, Layout>;
};

/** A uid on the list of those that a backend has put in. */
export type ListedMember = { uid: string; until?: number };

/**
 * Groups: who belongs to them, and which open connections are in them. Each operation is a single-item write or a
 * strongly consistent read; the files of this folder call them in an order that is safe (`settle-rows.ts`).
 */
export interface GroupTable {
  standing(uid: string, connectionId: string, groups: readonly string[]): Promise<Standing>;

  membershipsOf(uid: string): Promise<Memberships>;
  /** Writes them in place of the version that was read; `undefined`: if there is none. Whether it was written. */
  replaceMemberships(
    uid: string,
    version: string | undefined,
    memberships: readonly Membership[],
  ): Promise<boolean>;

  visitOf(uid: string, connectionId: string): Promise<StoredVisit | undefined>;
  /** Those of the uid's connections that have joined something. */
  visitsOf(uid: string, now: number): Promise<StoredVisit[]>;
  /** As `replaceMemberships`; a visit that is `undefined` is deleted. `expiresAt`: epoch seconds. */
  replaceVisit(
    uid: string,
    connectionId: string,
    version: string | undefined,
    visit: Visit | undefined,
    expiresAt: number,
  ): Promise<boolean>;

  layoutOf(group: string): Promise<Layout>;
  /** Makes the layout one step finer, if it is `before` still. */
  growLayout(group: string, before: Layout, now: number): Promise<void>;

  putRow(group: string, layout: Layout, row: GroupRow): Promise<void>;
  /** Removes it from every place where it may be. */
  removeRow(group: string, layout: Layout, uid: string, connectionId: string, now: number): Promise<void>;
  /** Returns the rows that have not expired, each connection once, or more than `max` where there are more. */
  rowsOf(group: string, now: number, max: number): Promise<{ rows: GroupRow[]; layout: Layout }>;
  /** The connections of a uid that are in the group. */
  rowsOfUid(group: string, layout: Layout, uid: string, now: number): Promise<GroupRow[]>;
  /**
   * Rows in the order of `orderOf`, which is that of the list of members. A connection may come twice, and the second
   * is the newer row then.
   */
  rowsInOrder(group: string, layout: Layout, range: RowRange, now: number): AsyncIterable<GroupRow>;

  /** Lists a uid among those that a backend has put in. */
  listMember(group: string, member: ListedMember): Promise<void>;
  unlistMember(group: string, uid: string): Promise<void>;
  /** Up to `limit` of them, in an arbitrary but stable order; fewer mean that there are no more. */
  listedMembers(
    group: string,
    limit: number,
    after: string | undefined,
    now: number,
  ): Promise<ListedMember[]>;
  countListed(group: string, now: number): Promise<number>;
}
