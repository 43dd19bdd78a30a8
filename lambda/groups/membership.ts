import type { GroupRemoval } from '../../protocol/answers/groups.ts';
import { MAX_GROUPS } from '../../protocol/limits.ts';
import { errorName, logError } from '../log.ts';
import type { RequestScope } from '../request-scope.ts';
import type { ConnectionTable } from '../table/connection-table.ts';
import type { GroupTable, Membership } from './group-table.ts';
import { type GroupDependencies, settleRows } from './settle-rows.ts';

export type MembershipDependencies = GroupDependencies &
  Pick<RequestScope, 'limitTableRequests' | 'lastAttemptAt' | 'clock'> & { table: ConnectionTable };

/** Another attempt is made when another request changed the same uid's memberships, so there are few. */
const maxAttempts = 20;

const membersPerPage = 100;

/**
 * Puts a uid into a group: all its connections are in when this resolves, and those to come. Returns how many are in
 * now, or `too-many`.
 *
 *     put in                                  a crash after this line leaves
 *     ── list the uid in the group            a uid that is listed and not in; to repeat the request mends it
 *     ── put the membership                   its next connections in the group, too
 *     ── look connections up, a row for each  as many of those in that are open
 *     ── read: a member still                 all done
 *
 * It is listed first, so that a request that empties the group finds everybody.
 */
export async function putUidIn(
  group: string,
  uid: string,
  until: number | undefined,
  dependencies: MembershipDependencies,
): Promise<number | 'too-many'> {
  const { groupTable, table, clock, limitTableRequests } = dependencies;
  const membership = { group, ...(until !== undefined && { until }) };
  await groupTable.listMember(group, { uid, ...(until !== undefined && { until }) });
  const isChanged = await changeMemberships(uid, dependencies, (before) => {
    const others = before.filter((one) => one.group !== group);
    return others.length < MAX_GROUPS ? [...others, membership] : undefined;
  });
  if (!isChanged) {
    await settleListing(group, uid, undefined, dependencies);
    return 'too-many';
  }
  const rows = await table.connectionsOf(uid, clock.now());
  await Promise.all(
    rows.map(({ connectionId }) =>
      limitTableRequests(() => settleRows(uid, connectionId, dependencies, [group])),
    ),
  );
  await settleListing(group, uid, membership, dependencies);
  return rows.length;
}

/**
 * Takes a uid out of a group, with every connection, also those that have joined by themselves. Returns how many were
 * in.
 */
export async function takeUidOut(
  group: string,
  uid: string,
  dependencies: MembershipDependencies,
): Promise<number> {
  const { groupTable, clock, limitTableRequests } = dependencies;
  await changeMemberships(uid, dependencies, (before) => before.filter((one) => one.group !== group));
  const layout = await groupTable.layoutOf(group);
  const rows = await groupTable.rowsOfUid(group, layout, uid, clock.now());
  await Promise.all(
    rows.map(({ connectionId }) =>
      limitTableRequests(async () => {
        await forgetJoined(group, uid, connectionId, groupTable);
        await settleRows(uid, connectionId, dependencies, [group]);
      }),
    ),
  );
  await settleListing(group, uid, undefined, dependencies);
  return rows.length;
}

/** Takes everybody out whom it finds, as long as there is time. Throws when it can take nobody out. */
export async function emptyGroup(
  group: string,
  dependencies: MembershipDependencies,
): Promise<Omit<GroupRemoval, 'group'>> {
  const removed = { uids: 0, connections: 0 };
  // Those that are taken out are not found again, so each page is the first.
  for (;;) {
    if (dependencies.clock.now() > dependencies.lastAttemptAt) return { ...removed, more: true };
    try {
      const uids = await someUidsOf(group, dependencies);
      if (uids.length === 0) return removed;
      await takeUidsOut(group, uids, removed, dependencies);
    } catch (error) {
      // An error in place of the answer would hide who was taken out: the next request does not find them.
      if (removed.uids === 0) throw error;
      logError('group-not-emptied', { error: errorName(error) });
      return { ...removed, more: true };
    }
  }
}

/** Uids that are in the group: those that were put in before those that have joined. Empty when nobody is. */
async function someUidsOf(
  group: string,
  { groupTable, clock }: MembershipDependencies,
): Promise<readonly string[]> {
  const listed = await groupTable.listedMembers(group, membersPerPage, undefined, 0);
  if (listed.length > 0) return listed.map(({ uid }) => uid);
  const { rows } = await groupTable.rowsOf(group, clock.now(), membersPerPage);
  return [...new Set(rows.map(({ uid }) => uid))].slice(0, membersPerPage);
}

/** Takes uids out and adds to `removed` those that it could. Throws when it could not take out one of them. */
async function takeUidsOut(
  group: string,
  uids: readonly string[],
  removed: { uids: number; connections: number },
  dependencies: MembershipDependencies,
): Promise<void> {
  const taken = await Promise.allSettled(uids.map((uid) => takeUidOut(group, uid, dependencies)));
  for (const one of taken) {
    if (one.status === 'rejected') continue;
    removed.uids++;
    removed.connections += one.value;
  }
  const failed = taken.find((one) => one.status === 'rejected');
  if (failed) throw failed.reason;
}

/**
 * Replaces the memberships of a uid, without those that have ended, by what `change` makes of them. Returns whether it
 * did: not where `change` returns `undefined`.
 */
async function changeMemberships(
  uid: string,
  { groupTable, clock }: GroupDependencies,
  change: (before: readonly Membership[]) => readonly Membership[] | undefined,
): Promise<boolean> {
  for (let attempt = 0; attempt < maxAttempts; attempt++) {
    const { memberships, version } = await groupTable.membershipsOf(uid);
    const after = change(memberships.filter((one) => !isOver(one, clock.now())));
    if (after === undefined) return false;
    if (JSON.stringify(after) === JSON.stringify(memberships)) return true;
    if (await groupTable.replaceMemberships(uid, version, after)) return true;
  }
  throw new Error('The memberships of a uid change without end.');
}

export function isOver({ until }: Membership, now: number): boolean {
  return until !== undefined && until <= now;
}

/** A connection that is taken out has not joined any more. */
async function forgetJoined(
  group: string,
  uid: string,
  connectionId: string,
  groupTable: GroupTable,
): Promise<void> {
  for (let attempt = 0; attempt < maxAttempts; attempt++) {
    const visit = await groupTable.visitOf(uid, connectionId);
    if (!visit?.joined.includes(group)) return;
    const { version, expiresAt, ...kept } = visit;
    const after = { ...kept, joined: kept.joined.filter((one) => one !== group) };
    if (await groupTable.replaceVisit(uid, connectionId, version, after, expiresAt)) return;
  }
  throw new Error('What a connection has joined changes without end.');
}

/**
 * Makes the list of the group follow from the memberships of the uid, as `settleRows` does the rows. `applied`: what
 * the list says already; `undefined`: to be looked at.
 */
async function settleListing(
  group: string,
  uid: string,
  listed: Membership | undefined,
  { groupTable, clock }: GroupDependencies,
): Promise<void> {
  let applied = listed && JSON.stringify(listed);
  for (let attempt = 0; attempt < maxAttempts; attempt++) {
    const { memberships } = await groupTable.membershipsOf(uid);
    const found = memberships.find((one) => one.group === group && !isOver(one, clock.now()));
    const state = JSON.stringify(found ?? null);
    if (state === applied) return;
    applied = state;
    if (found === undefined) await groupTable.unlistMember(group, uid);
    else
      await groupTable.listMember(group, { uid, ...(found.until !== undefined && { until: found.until }) });
  }
  throw new Error('The membership of a uid changes without end.');
}
