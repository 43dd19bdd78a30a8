import type { GroupMember, GroupPage, UidGroups } from '../../protocol/answers/groups.ts';
import { isoTime } from '../http/response.ts';
import type { GroupRow, ListedMember } from './group-table.ts';
import { afterRowsOf, memberHash } from './layout.ts';
import { isOver } from './membership.ts';
import type { GroupDependencies } from './settle-rows.ts';

/**
 * Returns a page of the members of a group: those on the list, and those whose connections are in. Both are read in the
 * order of the hash of their uid. The first page says how many there are, for which all rows are read.
 */
export async function groupPage(
  group: string,
  limit: number,
  after: string | undefined,
  dependencies: GroupDependencies,
): Promise<GroupPage> {
  const { groupTable, clock } = dependencies;
  const now = clock.now();
  const counts = after === undefined ? await countsOf(group, dependencies) : {};
  const listed = await groupTable.listedMembers(group, limit + 1, after, now);
  const present = await presentUids(group, limit + 1, after, dependencies);
  const byHash = new Map<string, GroupMember>();
  for (const member of listed) byHash.set(memberHash(member.uid), listedMember(member));
  for (const [uid, connectionIds] of present) {
    const found = byHash.get(memberHash(uid)) ?? { uid, connections: 0 };
    byHash.set(memberHash(uid), { ...found, connections: connectionIds.size });
  }
  // A connection of the last uid that was looked at may have been left unread; it is not on this page.
  const ordered = [...byHash].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, member]) => member);
  const members = ordered.slice(0, limit);
  const last = ordered.length > limit ? members.at(-1) : undefined;
  return { group, ...counts, members, ...(last && { after: last.uid }) };
}

function listedMember({ uid, until }: ListedMember): GroupMember {
  return { uid, connections: 0, added: true, ...(until !== undefined && { until: isoTime(until) }) };
}

async function countsOf(
  group: string,
  { groupTable, clock }: GroupDependencies,
): Promise<Pick<GroupPage, 'added' | 'connections'>> {
  const now = clock.now();
  const [added, { rows }] = await Promise.all([
    groupTable.countListed(group, now),
    groupTable.rowsOf(group, now, Number.POSITIVE_INFINITY),
  ]);
  return { added, connections: rows.length };
}

/** Returns up to `limit` uids after `after` whose connections are in the group, with these. */
async function presentUids(
  group: string,
  limit: number,
  after: string | undefined,
  { groupTable, clock }: GroupDependencies,
): Promise<Map<string, Set<string>>> {
  const now = clock.now();
  const present = new Map<string, Set<string>>();
  const layout = await groupTable.layoutOf(group);
  const rows: AsyncIterable<GroupRow> = groupTable.rowsInOrder(
    group,
    layout,
    after === undefined ? {} : { after: afterRowsOf(after) },
    now,
  );
  for await (const { uid, connectionId } of rows) {
    const connectionIds = present.get(uid) ?? new Set();
    if (connectionIds.size === 0 && present.size === limit) break;
    present.set(uid, connectionIds.add(connectionId));
  }
  return present;
}

/** Returns the groups of a uid by name. */
export async function groupsOfUid(uid: string, { groupTable, clock }: GroupDependencies): Promise<UidGroups> {
  const now = clock.now();
  const [{ memberships }, visits] = await Promise.all([
    groupTable.membershipsOf(uid),
    groupTable.visitsOf(uid, now),
  ]);
  const groups = new Map<string, UidGroups['groups'][number]>();
  for (const { group, until } of memberships.filter((one) => !isOver(one, now))) {
    groups.set(group, { group, added: true, ...(until !== undefined && { until: isoTime(until) }) });
  }
  for (const group of visits.flatMap(({ joined }) => joined)) {
    const found = groups.get(group) ?? { group };
    groups.set(group, { ...found, joined: (found.joined ?? 0) + 1 });
  }
  return { uid, groups: [...groups.values()].sort((one, other) => (one.group < other.group ? -1 : 1)) };
}
