import { isNamedBy } from '../../protocol/claim-patterns.ts';
import {
  type GroupRefusal,
  GroupRefusalCode,
  groupProblem,
  joinedFrame,
  leftFrame,
  parseGroupFrame,
  refusedFrame,
} from '../../protocol/group.ts';
import { MAX_GROUPS } from '../../protocol/limits.ts';
import type { RetryingConnections } from '../connection/retrying-connections.ts';
import type { ClaimRule } from '../identity/claim-rule.ts';
import type { Incoming } from '../incoming.ts';
import { errorName, logError } from '../log.ts';
import { type FramedPage, framedPageOf, notRegistered, unavailable } from '../registration/framed-page.ts';
import type { ConnectionTable } from '../table/connection-table.ts';
import type { GroupTable, Standing, Visit } from './group-table.ts';
import { isOver } from './membership.ts';
import { type GroupDependencies, settleRows } from './settle-rows.ts';

export type JoinDependencies = Pick<GroupDependencies, 'clock'> & {
  /** Absent without groups; then no message comes here. */
  groupTable?: GroupTable;
  joinRule: ClaimRule;
  table: Pick<ConnectionTable, 'registrationOf'>;
  connections: RetryingConnections;
};

type Available = JoinDependencies & GroupDependencies;
type Action = 'join' | 'leave';

/** Another attempt is made when another message of the same connection wrote in between, so there are few. */
const maxAttempts = 20;

/**
 * `{"action":"join","group":…}`: answers `joined` when every push to the group reaches the connection, or why it does
 * not join. What it has joined is written before the row of the group, so that what closes the connection finds it:
 *
 *     join                                $disconnect                a crash after this line leaves
 *     ── put what it has joined: g                                   a connection that is not in, and comes in when it
 *                                                                    registers anew; to repeat the join mends it
 *     ── put row of g                     ── delete uid#u → c        the connection in g
 *     ── read: c is gone, delete row      ── read: joined g, delete row
 */
export function join(incoming: Incoming, dependencies: JoinDependencies): Promise<void> {
  return answer('join', incoming, dependencies, joined);
}

/** `{"action":"leave","group":…}`: answers `left` when no push to the group reaches the connection any more. */
export function leave(incoming: Incoming, dependencies: JoinDependencies): Promise<void> {
  return answer('leave', incoming, dependencies, left);
}

async function answer(
  action: Action,
  incoming: Incoming,
  dependencies: JoinDependencies,
  act: typeof joined,
): Promise<void> {
  const { connectionId, text } = incoming;
  const { groupTable, connections, table } = dependencies;
  if (groupTable === undefined) return;
  const group = parseGroupFrame(text);
  const problem = groupProblem(group);
  if (problem || typeof group !== 'string') {
    const refusal = { code: GroupRefusalCode.unusableGroup, message: `found ${problem}` };
    await connections.post(connectionId, refusedFrame(action, refusal));
    return;
  }
  let frame: string;
  try {
    const page = await framedPageOf(incoming, table);
    const refusal = page ? await act({ ...page, group }, { ...dependencies, groupTable }) : notRegistered;
    frame = refusal ? refusedFrame(action, refusal, group) : frames[action](group);
  } catch (error) {
    logError('group-failed', { connectionId, error: errorName(error) });
    frame = refusedFrame(action, unavailable, group);
  }
  await connections.post(connectionId, frame);
}

const frames = { join: joinedFrame, leave: leftFrame };

type Place = FramedPage & { group: string };

async function joined(place: Place, dependencies: Available): Promise<GroupRefusal | undefined> {
  const { group } = place;
  const { joinRule, clock } = dependencies;
  return changeVisit(place, dependencies, ({ memberships, visit = noVisit }) => {
    const added = memberships.filter((one) => !isOver(one, clock.now())).map((one) => one.group);
    if (joinRule === 'none') return { refusal: joinsNotAllowed };
    if (joinRule === 'by-token') {
      if (visit.mayJoin === undefined) return { refusal: noGroupsClaim };
      if (!isNamedBy(visit.mayJoin, group)) return { refusal: groupNotInToken };
    }
    const others = new Set([...added, ...visit.joined].filter((one) => one !== group));
    if (others.size >= MAX_GROUPS) return { refusal: tooManyGroups };
    if (visit.joined.includes(group)) return { visit };
    return { visit: { ...visit, joined: [...visit.joined, group] } };
  });
}

async function left(place: Place, dependencies: Available): Promise<GroupRefusal | undefined> {
  const { group } = place;
  const { clock } = dependencies;
  return changeVisit(place, dependencies, ({ memberships, visit = noVisit }) => {
    const isAdded = memberships.some((one) => one.group === group && !isOver(one, clock.now()));
    if (isAdded) return { refusal: addedByBackend };
    return { visit: { ...visit, joined: visit.joined.filter((one) => one !== group) } };
  });
}

/** Changes what a connection has joined, unless that is refused, and has its row in the group follow. */
async function changeVisit(
  { group, uid, connectionId, expiresAt }: Place,
  dependencies: Available,
  change: (standing: Standing) => { visit: Visit } | { refusal: GroupRefusal },
): Promise<GroupRefusal | undefined> {
  const { groupTable, clock } = dependencies;
  for (let attempt = 0; attempt < maxAttempts; attempt++) {
    const standing = await groupTable.standing(uid, connectionId, []);
    if (isGone(standing, clock.now())) return notRegistered;
    const changed = change(standing);
    if ('refusal' in changed) return changed.refusal;
    const { joined: before = [], version } = standing.visit ?? {};
    const { joined: after, mayJoin } = changed.visit;
    const isSame = JSON.stringify(after) === JSON.stringify(before);
    const visit = { joined: after, ...(mayJoin !== undefined && { mayJoin }) };
    if (isSame || (await groupTable.replaceVisit(uid, connectionId, version, visit, expiresAt))) {
      const settled = await settleRows(uid, connectionId, dependencies, [group]);
      return isGone(settled, clock.now()) ? notRegistered : undefined;
    }
  }
  throw new Error('What a connection has joined changes without end.');
}

const noVisit: Visit = { joined: [] };

function isGone({ connection }: Standing, now: number): boolean {
  return connection === undefined || connection.expiresAt <= now / 1_000;
}

/**
 * Notes what a connection may join by the token that it has just registered with. What it has joined and may not be in
 * any more it leaves; returns the names of those groups.
 *
 * @param isNew The connection was not registered before, so nothing is noted of it.
 */
export async function noteGroupsClaim(
  { uid, connectionId, expiresAt }: FramedPage,
  mayJoin: readonly string[] | undefined,
  isNew: boolean,
  dependencies: GroupDependencies,
): Promise<string[]> {
  const { groupTable } = dependencies;
  if (isNew && mayJoin === undefined) return [];
  for (let attempt = 0; attempt < maxAttempts; attempt++) {
    const isFirst = isNew && attempt === 0;
    const before = isFirst ? undefined : await groupTable.visitOf(uid, connectionId);
    if (before === undefined && mayJoin === undefined) return [];
    if (before && JSON.stringify(before.mayJoin) === JSON.stringify(mayJoin)) return [];
    const kept = (before?.joined ?? []).filter((group) => isNamedBy(mayJoin ?? [], group));
    const visit = { joined: kept, ...(mayJoin !== undefined && { mayJoin }) };
    if (await groupTable.replaceVisit(uid, connectionId, before?.version, visit, expiresAt)) {
      const dropped = (before?.joined ?? []).filter((group) => !kept.includes(group));
      if (dropped.length > 0) await settleRows(uid, connectionId, dependencies, dropped);
      return dropped;
    }
  }
  throw new Error('What a connection has joined changes without end.');
}

const joinsNotAllowed: GroupRefusal = {
  code: GroupRefusalCode.joinsNotAllowed,
  message: 'uids are claimed here, and the deployment lets no page join groups',
};
const noGroupsClaim: GroupRefusal = {
  code: GroupRefusalCode.noGroupsClaim,
  message: 'the token has no claim "groups", an array of texts',
};
const groupNotInToken: GroupRefusal = {
  code: GroupRefusalCode.groupNotInToken,
  message: 'the claim "groups" of the token does not name this group',
};
const tooManyGroups: GroupRefusal = {
  code: GroupRefusalCode.tooManyGroups,
  message: `a connection joins while it is in fewer than ${MAX_GROUPS} groups`,
};
const addedByBackend: GroupRefusal = {
  code: GroupRefusalCode.addedByBackend,
  message: 'a backend has put this uid into the group, and only a backend takes it out',
};
