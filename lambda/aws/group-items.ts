import type { GroupRow, ListedMember, Membership, StoredVisit, Visit } from '../groups/group-table.ts';
import { type Layout, memberHash, orderOf, smallLayout } from '../groups/layout.ts';
import { TableAttribute } from '../names.ts';
import type { Item } from './dynamodb.ts';

/**
 * The items of groups, in a table of their own: all items of the table of connections are read by broadcasts, and all
 * of a uid's by each push to it.
 *
 * | item                  | pk                      | sk                          | attributes                  |
 * |-----------------------|-------------------------|-----------------------------|-----------------------------|
 * | memberships of a uid  | `uid#<uid>`             | `memberships`               | groups, version             |
 * | visit of a connection | `uid#<uid>`             | `connection#<connectionId>` | joined, mayJoin?, version   |
 * | listed member         | `members#<group>`       | `<hash>`                    | uid, until?                 |
 * | layout of a group     | `rows##<group>`         | `#layout`                   | digits, grownAt             |
 * | row of a connection   | `rows#<digits>#<group>` | `<hash>#<connectionId>`     | uid, framed, device?        |
 *
 * `<hash>` is of the uid, whose first digits are `<digits>` (`layout.ts`): all rows of a uid in a group are together,
 * and a finer layout has the same order. `#` comes before every digit, so the layout is the first item that a reader of
 * the rows finds. `until` is in milliseconds since the epoch. Visits and rows have `expiresAt`, and so have members who
 * are in for a time.
 */
const { partitionKey, sortKey, expiresAt } = TableAttribute;

export const layoutSortKey = '#layout';
const visitPrefix = 'connection#';

export function uidPartition(uid: string): string {
  return `uid#${uid}`;
}

export function membershipsKey(uid: string): Item {
  return { [partitionKey]: uidPartition(uid), [sortKey]: 'memberships' };
}

export function visitKey(uid: string, connectionId: string): Item {
  return { [partitionKey]: uidPartition(uid), [sortKey]: visitPrefix + connectionId };
}

export const visitKeyPrefix = visitPrefix;

export function membersPartition(group: string): string {
  return `members#${group}`;
}

export function memberKey(group: string, uid: string): Item {
  return { [partitionKey]: membersPartition(group), [sortKey]: memberHash(uid) };
}

/** @param digits The first digits of the hashes of the uids whose rows are in this partition; none: of all. */
export function rowsPartition(group: string, digits: string): string {
  return `rows#${digits}#${group}`;
}

export function layoutKey(group: string): Item {
  return { [partitionKey]: rowsPartition(group, ''), [sortKey]: layoutSortKey };
}

export function rowKey(group: string, digits: number, uid: string, connectionId: string): Item {
  const order = orderOf({ uid, connectionId });
  return { [partitionKey]: rowsPartition(group, order.slice(0, digits)), [sortKey]: order };
}

export function rowItem(group: string, { digits }: Layout, row: GroupRow): Item {
  const { uid, connectionId, isFramed, device } = row;
  return {
    ...rowKey(group, digits, uid, connectionId),
    uid,
    framed: isFramed,
    ...(device !== undefined && { device }),
    [expiresAt]: row.expiresAt,
  };
}

export function rowFrom(item: Item): GroupRow {
  const connectionId = String(item[sortKey]).slice(memberHash('').length + 1);
  return {
    uid: String(item.uid),
    connectionId,
    isFramed: item.framed === true,
    ...(item.device !== undefined && { device: String(item.device) }),
    expiresAt: Number(item[expiresAt]),
  };
}

export function layoutFrom(item: Item | undefined): Layout {
  if (item === undefined) return smallLayout;
  return { digits: Number(item.digits), grownAt: listOf(item.grownAt).map(Number) };
}

export function membershipsFrom(item: Item | undefined): Membership[] {
  return listOf(item?.groups).map((one) => {
    const { group, until } = one as Item;
    return { group: String(group), ...(until !== undefined && { until: Number(until) }) };
  });
}

export function visitAttributes({ joined, mayJoin }: Visit): Item {
  return { joined, ...(mayJoin !== undefined && { mayJoin }) };
}

export function visitFrom(item: Item): StoredVisit {
  const { joined, mayJoin, version } = item;
  return {
    joined: listOf(joined).map(String),
    ...(mayJoin !== undefined && { mayJoin: listOf(mayJoin).map(String) }),
    version: String(version),
    expiresAt: Number(item[expiresAt]),
  };
}

export function memberItem(group: string, { uid, until }: ListedMember): Item {
  return {
    ...memberKey(group, uid),
    uid,
    ...(until !== undefined && { until, [expiresAt]: Math.ceil(until / 1_000) }),
  };
}

export function memberFrom({ uid, until }: Item): ListedMember {
  return { uid: String(uid), ...(until !== undefined && { until: Number(until) }) };
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
