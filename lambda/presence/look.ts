import type { Clock } from '../../protocol/clock.ts';
import type { PresenceEvent } from '../../protocol/presence-event.ts';
import { isoTime } from '../http/response.ts';
import type { Connection, ConnectionTable } from '../table/connection-table.ts';
import { announceDeparture } from './announce.ts';
import { dueAfter, isStillDue } from './due.ts';
import type { Look, Presence, PresenceTable, SendLook, SendSettle } from './presence-table.ts';

export type LookDependencies = {
  table: Pick<ConnectionTable, 'connectionsOf' | 'hasConnections'>;
  presences: PresenceTable;
  sendSettle: SendSettle;
  /** Hands an event to all targets; throws unless each has taken it. */
  tell(event: PresenceEvent): Promise<void>;
  /** Shows an event to the pages that watch the uid alone. @default pages watch nobody */
  show?(event: PresenceEvent): Promise<void>;
  /** How long a uid must have had no connection before it is offline. */
  graceMs: number;
  clock: Pick<Clock, 'now'>;
};

/** Another attempt is made when another function wrote in between, so there are few. */
const maxAttempts = 10;

/** What clocks of AWS may differ by: a message that was delayed by the grace must not seem to come before its end. */
const clockToleranceMs = 500;

/**
 * Compares what a uid is by the table with what it was last said to be, and tells the difference. Throws when the queue
 * should deliver the message again.
 *
 * A worker may die between any two of these; the message comes again, and the next worker goes on:
 *
 *     ── tell what is not told yet
 *     ── arrange the next look (only if it comes online)
 *     ── write the change, if nobody else has
 *     ── tell it
 *     ── note the epoch as told
 *
 * The queue hands out one message of a uid at a time, so events leave in the order of their epochs. Where that does not
 * hold, as a worker outlived the message's visibility, the conditions of the writes do.
 */
export async function look({ uid, isSettled, isDue }: Look, dependencies: LookDependencies): Promise<void> {
  const { presences, table, clock } = dependencies;
  for (let attempt = 0; attempt < maxAttempts; attempt++) {
    const presence = await presences.presenceOf(uid);
    if (presence && presence.told < presence.epoch) await tellPresence(uid, presence, dependencies);
    const open = await table.connectionsOf(uid, clock.now());
    const isDone =
      open.length > 0
        ? presence?.isOnline || (await comeOnline(uid, presence, open, dependencies))
        : !presence?.isOnline || (await leave(uid, presence, isSettled, dependencies));
    if (!isDone) continue;
    return isDue ? arrangeNext(uid, open, dependencies) : undefined;
  }
  throw new Error('The presence of a uid changes without end.');
}

/** After the grace: a uid that has no connection is to be looked at, in turn with other looks. */
export async function settle(
  uid: string,
  { table, sendLook, clock }: Pick<LookDependencies, 'table' | 'clock'> & { sendLook: SendLook },
): Promise<void> {
  if (await table.hasConnections(uid, clock.now())) return;
  await sendLook({ uid, isSettled: true, isDue: false });
}

/**
 * Returns whether it is done; else the presence has changed meanwhile.
 *
 *     worker                     a connection that closes
 *     ── read rows: one
 *                                ── delete row
 *                                ── read rows: none
 *     ── write online            ── note left if online ✗
 *     ── read rows: none, so it has the uid looked at after the grace
 */
async function comeOnline(
  uid: string,
  before: Presence | undefined,
  open: readonly Connection[],
  dependencies: LookDependencies,
): Promise<boolean> {
  const { presences, table, clock } = dependencies;
  const now = clock.now();
  const arranged = before?.dueAt !== undefined && isStillDue(before.dueAt, now) ? before.dueAt : undefined;
  const dueAt = arranged ?? dueAfter(open, now, dependencies.graceMs);
  // First: a uid that is online by the table is looked at again, also if this worker dies.
  if (arranged === undefined) await presences.addDue(uid, dueAt);
  const after = {
    isOnline: true,
    epoch: epochAfter(before, now),
    at: now,
    connections: open.length,
    told: before?.told ?? 0,
    dueAt,
  };
  if (!(await presences.change(uid, before, after))) return false;
  await announceDeparture(uid, table, dependencies);
  await tellPresence(uid, after, dependencies);
  return true;
}

/**
 * A uid without a connection that is online by the table. Returns whether it is done; else the presence has changed
 * meanwhile.
 *
 *     worker                     register
 *     ── read rows: none
 *                                ── put row
 *                                ── read presence: online, so it sends nothing
 *     ── write offline
 *     ── read rows: one
 *     ── write online            with a higher epoch, and neither is an event: the uid was never gone
 */
async function leave(
  uid: string,
  before: Presence,
  isSettled: boolean,
  dependencies: LookDependencies,
): Promise<boolean> {
  const { presences, sendSettle, table, graceMs, clock } = dependencies;
  const now = clock.now();
  if (before.leftAt === undefined) {
    // Nobody has noted it: `$disconnect` was lost, or a worker died after it had written `online`.
    await announceDeparture(uid, table, dependencies);
    return true;
  }
  if (!isSettled) return true;
  if (now - before.leftAt < graceMs - clockToleranceMs) {
    // She came back and left again.
    await sendSettle(uid);
    return true;
  }
  const { dueAt, told } = before;
  const after = {
    isOnline: false,
    epoch: epochAfter(before, now),
    at: now,
    connections: 0,
    told,
    ...(dueAt !== undefined && { dueAt }),
  };
  if (!(await presences.change(uid, before, after))) return false;
  if (await table.hasConnections(uid, clock.now())) return takeBack(uid, before, after, dependencies);
  await tellPresence(uid, after, dependencies);
  return true;
}

/**
 * After `offline` was written for a uid that has come back: writes `online`. Backends know of neither. A page that
 * began to watch the uid in between does, so pages are shown the second.
 *
 *     worker                     a connection that closes
 *     ── write offline
 *     ── read rows: one
 *                                ── delete row
 *                                ── read rows: none
 *                                ── note left if online ✗
 *     ── write online
 *     ── read rows: none, so it has the uid looked at after the grace
 */
async function takeBack(
  uid: string,
  before: Presence,
  offline: Presence,
  dependencies: LookDependencies,
): Promise<boolean> {
  const { presences, show, table, clock } = dependencies;
  const { leftAt: _, ...online } = before;
  const epoch = epochAfter(offline, clock.now());
  const after = { ...online, epoch, ...(show ? { isForPages: true as const } : { told: epoch }) };
  if (!(await presences.change(uid, offline, after))) return false;
  await announceDeparture(uid, table, dependencies);
  if (show) await tellPresence(uid, after, dependencies);
  return true;
}

/**
 * No lower than the time, so that epochs rise also when the item that had the last one has expired, or the table was
 * lost.
 */
function epochAfter(before: Presence | undefined, now: number): number {
  return Math.max((before?.epoch ?? 0) + 1, now);
}

async function tellPresence(
  uid: string,
  { isOnline, epoch, at, connections, isForPages }: Presence,
  { tell, show, presences }: LookDependencies,
): Promise<void> {
  const event = {
    type: isOnline ? 'user.online' : 'user.offline',
    uid,
    epoch,
    at: isoTime(at),
    connections,
  } as const;
  await (isForPages ? show?.(event) : tell(event));
  await presences.noteTold(uid, epoch);
}

/** A uid that is offline needs no more looks. */
async function arrangeNext(
  uid: string,
  open: readonly Connection[],
  { presences, graceMs, clock }: LookDependencies,
): Promise<void> {
  const presence = await presences.presenceOf(uid);
  if (presence?.isOnline) await presences.addDue(uid, dueAfter(open, clock.now(), graceMs));
}
