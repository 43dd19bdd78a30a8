import type { Clock } from '../../protocol/clock.ts';
import { errorName, logError } from '../log.ts';
import type { GroupRow, GroupTable, Standing } from './group-table.ts';

export type GroupDependencies = { groupTable: GroupTable; clock: Pick<Clock, 'now'> };

/** Another round is made when somebody else wrote in between, so there are few. */
const maxRounds = 20;

/**
 * Makes the rows of a connection of a uid follow from what decides them: that the connection has its row, the groups
 * that a backend has put the uid into, and those that the connection has joined. Everybody who has changed one of the
 * three calls this afterwards:
 *
 *     registration                   backend puts u into g          what follows
 *     ── put uid#u → c
 *     ── read: no groups
 *                                    ── put memberships of u: g
 *                                    ── look connections up: c
 *                                    ── put row of c in g           c is in g
 *
 *     ── put uid#u → c
 *                                    ── put memberships of u: g
 *     ── read: g                     ── look connections up: c
 *     ── put row of c in g           ── put row of c in g           both put the same row
 *
 * Who has put or deleted rows reads again, until that is what decides them still. So the last to write a row has read
 * what is so now:
 *
 *     backend takes u out of g       $disconnect of c               registration of c
 *                                                                   ── read: c, g
 *     ── put memberships of u: none
 *     ── read: delete row
 *                                                                   ── put row of c in g
 *                                                                   ── read again: no g
 *                                                                   ── delete row
 *                                    ── delete uid#u → c
 *                                    ── read: c is gone, delete rows
 *
 * A function that dies in the middle was not answered, and what it was to do is done again: a page registers anew, a
 * backend repeats. Until then a connection may be in a group that it was to leave. The row of a connection that is
 * closed goes with the first push to the group, which gets 410, or expires.
 *
 * @param only The groups that are looked at. @default all that decide now, or did when this was called
 */
export async function settleRows(
  uid: string,
  connectionId: string,
  { groupTable, clock }: GroupDependencies,
  only?: readonly string[],
): Promise<Standing> {
  let groups: readonly string[] = only ?? [];
  let applied: string | undefined;
  for (let round = 0; round < maxRounds; round++) {
    const standing = await groupTable.standing(uid, connectionId, groups);
    const known = only ?? [...new Set([...groups, ...groupsOf(standing)])];
    if (known.length === 0) return standing;
    const rows = rowsBy(standing, uid, clock.now());
    // Groups that were not known before have no layout yet.
    const hasLayouts = known.length === groups.length;
    groups = known;
    if (!hasLayouts) continue;
    const state = JSON.stringify(known.map((group) => [rows.get(group), standing.layouts.get(group)]));
    if (state === applied) return standing;
    applied = state;
    await Promise.all(known.map((group) => apply(group, rows.get(group))));
    if (standing.connection === undefined && standing.visit) {
      await groupTable.replaceVisit(uid, connectionId, standing.visit.version, undefined, 0);
    }

    async function apply(group: string, row: GroupRow | undefined): Promise<void> {
      const layout = standing.layouts.get(group);
      if (layout === undefined) throw new Error('A group that was asked for must have a layout.');
      if (row === undefined) return groupTable.removeRow(group, layout, uid, connectionId, clock.now());
      await groupTable.putRow(group, layout, row);
    }
  }
  throw new Error('The groups of a connection change without end.');
}

/**
 * Removes the row of a connection that is gone. With the connection its rows in the uid's groups went already; this one
 * may be there for a function that died. Never throws: the row expires.
 */
export async function forgetRow(
  group: string,
  { uid, connectionId }: Pick<GroupRow, 'uid' | 'connectionId'>,
  { groupTable, clock }: GroupDependencies,
): Promise<void> {
  try {
    const layout = await groupTable.layoutOf(group);
    await groupTable.removeRow(group, layout, uid, connectionId, clock.now());
  } catch (error) {
    logError('forget-failed', { connectionId, error: errorName(error) });
  }
}

function groupsOf({ memberships, visit }: Standing): string[] {
  return [...memberships.map(({ group }) => group), ...(visit?.joined ?? [])];
}

/** The rows that are to be there, by group. A membership that ends earlier than the connection ends its row. */
function rowsBy(
  { connection, memberships, visit }: Standing,
  uid: string,
  now: number,
): Map<string, GroupRow> {
  const rows = new Map<string, GroupRow>();
  if (connection === undefined || connection.expiresAt <= now / 1_000) return rows;
  const { connectionId, isFramed, device, expiresAt } = connection;
  const row = { uid, connectionId, isFramed, ...(device !== undefined && { device }), expiresAt };
  for (const { group, until } of memberships) {
    if (until === undefined) rows.set(group, row);
    else if (until > now) rows.set(group, { ...row, expiresAt: Math.min(expiresAt, until / 1_000) });
  }
  for (const group of visit?.joined ?? []) rows.set(group, row);
  return rows;
}
