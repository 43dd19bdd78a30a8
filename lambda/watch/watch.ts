import { isNamedBy } from '../../protocol/claim-patterns.ts';
import type { Clock } from '../../protocol/clock.ts';
import { MAX_UIDS_WATCHED_PER_MINUTE } from '../../protocol/limits.ts';
import {
  parseWatchFrame,
  type WatchedUser,
  type WatchRefusal,
  WatchRefusalCode,
  watchingFrame,
  watchRefusedFrame,
} from '../../protocol/watch.ts';
import type { RetryingConnections } from '../connection/retrying-connections.ts';
import { isoTime } from '../http/response.ts';
import type { ClaimRule } from '../identity/claim-rule.ts';
import type { Incoming } from '../incoming.ts';
import { errorName, logError } from '../log.ts';
import type { PresenceTable } from '../presence/presence-table.ts';
import { type FramedPage, framedPageOf, notRegistered, unavailable } from '../registration/framed-page.ts';
import type { ConnectionTable } from '../table/connection-table.ts';
import { settleWatch } from './settle-watch.ts';
import type { StoredWatchList, WatchList, WatchStanding, WatchTable } from './watch-table.ts';

export type WatchDependencies = {
  /** Absent where pages watch nobody; then no message comes here. */
  watching?: { watches: WatchTable; presences: Pick<PresenceTable, 'presencesOf'>; rule: ClaimRule };
  table: Pick<ConnectionTable, 'registrationOf'>;
  connections: RetryingConnections;
  clock: Pick<Clock, 'now'>;
};

type Available = Required<WatchDependencies>['watching'] & Pick<WatchDependencies, 'clock'>;

/** Another attempt is made when another frame of the same connection wrote in between, so there are few. */
const maxAttempts = 20;
const minuteMs = 60_000;

/**
 * `{"action":"watch","uids":[…]}`: answers how all of these are, and has each of their changes come from now on. No
 * change is missed, since each side writes first and then reads what the other wrote:
 *
 *     watch: a                           a worker finds that a has left
 *     ── put row a → c
 *                                        ── write offline, epoch 2
 *     ── read a: offline, 2              ── read rows of a: c, which it posts 2 to
 *
 *     ── put row a → c
 *     ── read a: online, 1
 *                                        ── write offline, epoch 2
 *                                        ── read rows of a: c, which it posts 2 to
 *
 *                                        ── write offline, epoch 2
 *                                        ── read rows of a: none
 *     ── put row a → c
 *     ── read a: offline, 2
 */
export async function watch(incoming: Incoming, dependencies: WatchDependencies): Promise<void> {
  const { connectionId, text } = incoming;
  const { watching, connections } = dependencies;
  if (watching === undefined) return;
  const uids = parseWatchFrame(text);
  const answer = 'code' in uids ? uids : await watchAll(uids, incoming, { ...dependencies, ...watching });
  const frame = 'code' in answer ? watchRefusedFrame(answer) : watchingFrame(answer);
  await connections.post(connectionId, frame);
}

async function watchAll(
  uids: readonly string[],
  incoming: Incoming,
  dependencies: Available & Pick<WatchDependencies, 'table'>,
): Promise<readonly WatchedUser[] | WatchRefusal> {
  try {
    const page = await framedPageOf(incoming, dependencies.table);
    return page ? await replaceWatched(uids, incoming.receivedAt, page, dependencies) : notRegistered;
  } catch (error) {
    logError('watch-failed', { connectionId: incoming.connectionId, error: errorName(error) });
    return unavailable;
  }
}

async function replaceWatched(
  uids: readonly string[],
  receivedAt: number,
  page: FramedPage,
  dependencies: Available,
): Promise<readonly WatchedUser[] | WatchRefusal> {
  const { watches, rule, clock } = dependencies;
  let counted = 0;
  for (let attempt = 0; attempt < maxAttempts; attempt++) {
    const standing = await watches.standing(page);
    if (!isOpen(standing, dependencies)) return notRegistered;
    const { list } = standing;
    const refusal = refusalOf(uids, rule, list?.mayWatch);
    if (refusal) return refusal;
    // A frame that came later was faster; it is the one that counts.
    const isLate = list !== undefined && list.receivedAt > receivedAt;
    const begun = isLate ? 0 : uids.filter((uid) => !list?.uids.includes(uid)).length;
    if (begun > counted) {
      const refused = await countBegun(page.uid, begun - counted, watches, clock.now());
      if (refused) return refused;
      counted = begun;
    }
    if (isLate || (await replaceList(list, { uids, receivedAt, mayWatch: list?.mayWatch }, page, watches))) {
      const settled = await settleWatch(page, watches);
      return isOpen(settled, dependencies) ? usersOf(settled, dependencies) : notRegistered;
    }
  }
  throw new Error('What a connection watches changes without end.');
}

/**
 * By uid and not by connection, of which a page can open as many as it likes. Not by the throttle of the route, either,
 * which all pages share: one would keep the others from watching.
 */
async function countBegun(
  uid: string,
  count: number,
  watches: WatchTable,
  now: number,
): Promise<WatchRefusal | undefined> {
  const minute = Math.floor(now / minuteMs);
  if (await watches.countBegun(uid, minute, count, MAX_UIDS_WATCHED_PER_MINUTE)) return undefined;
  return { ...tooManyChanges, retryAfter: Math.ceil(((minute + 1) * minuteMs - now) / 1_000) };
}

function refusalOf(
  uids: readonly string[],
  rule: ClaimRule,
  mayWatch: readonly string[] | undefined,
): WatchRefusal | undefined {
  if (rule === 'any') return undefined;
  if (rule === 'none') return watchingNotAllowed;
  if (mayWatch === undefined) return noWatchClaim;
  const uid = uids.find((one) => !isNamedBy(mayWatch, one));
  return uid === undefined ? undefined : { ...uidNotInToken, uid };
}

/** Writes a list in page of the one that was read. Returns whether it is there now. */
function replaceList(
  before: StoredWatchList | undefined,
  { mayWatch, ...list }: Omit<WatchList, 'mayWatch'> & { mayWatch: readonly string[] | undefined },
  { expiresAt, ...watcher }: FramedPage,
  watches: WatchTable,
): Promise<boolean> {
  const { uids: old = [], unsettled = [], version } = before ?? {};
  const changed = [
    ...list.uids.filter((uid) => !old.includes(uid)),
    ...old.filter((uid) => !list.uids.includes(uid)),
  ];
  return watches.replaceList(watcher, version, {
    ...list,
    ...(mayWatch !== undefined && { mayWatch }),
    unsettled: [...new Set([...unsettled, ...changed])],
    expiresAt,
  });
}

/** Whether pushes reach the connection, by which it may be shown something. */
function isOpen({ connection }: WatchStanding, { clock }: Pick<Available, 'clock'>): boolean {
  return connection !== undefined && connection.expiresAt > clock.now() / 1_000;
}

async function usersOf(
  { list }: WatchStanding,
  { presences }: Pick<Available, 'presences'>,
): Promise<WatchedUser[]> {
  const { uids = [] } = list ?? {};
  const found = await presences.presencesOf(uids);
  return uids.map((uid, index) => {
    const presence = found[index];
    if (presence === undefined) return { uid, online: false, epoch: 0 };
    const { isOnline, epoch, at } = presence;
    return { uid, online: isOnline, epoch, at: isoTime(at) };
  });
}

/**
 * Notes whom a connection may watch by the token that it has just registered with. It stops watching whom it may not
 * any more; returns how those are whom it still watches, if it did.
 *
 * @param isNew The connection was not registered before, so nothing is noted of it.
 */
export async function noteWatchClaim(
  page: FramedPage,
  mayWatch: readonly string[] | undefined,
  isNew: boolean,
  { watches, presences }: Pick<Available, 'watches' | 'presences'>,
): Promise<readonly WatchedUser[] | undefined> {
  for (let attempt = 0; attempt < maxAttempts; attempt++) {
    const before = isNew && attempt === 0 ? undefined : await watches.listOf(page);
    if (JSON.stringify(before?.mayWatch) === JSON.stringify(mayWatch)) return undefined;
    const { uids = [], receivedAt = 0 } = before ?? {};
    const kept = uids.filter((uid) => isNamedBy(mayWatch ?? [], uid));
    if (await replaceList(before, { uids: kept, receivedAt, mayWatch }, page, watches)) {
      if (kept.length === uids.length) return undefined;
      return usersOf(await settleWatch(page, watches), { presences });
    }
  }
  throw new Error('What a connection may watch changes without end.');
}

const watchingNotAllowed: WatchRefusal = {
  code: WatchRefusalCode.watchingNotAllowed,
  message: 'uids are claimed here, and the deployment lets no page watch any',
};
const noWatchClaim: WatchRefusal = {
  code: WatchRefusalCode.noWatchClaim,
  message: 'the token has no claim "watch", an array of texts',
};
const tooManyChanges: WatchRefusal = {
  code: WatchRefusalCode.tooManyChanges,
  message: `the pages of a uid may begin to watch ${MAX_UIDS_WATCHED_PER_MINUTE} uids a minute`,
};
const uidNotInToken: WatchRefusal = {
  code: WatchRefusalCode.uidNotInToken,
  message: 'the claim "watch" of the token does not name this uid',
};
