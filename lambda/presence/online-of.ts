import type { OnlineOfUids } from '../../protocol/answers/presence.ts';
import { batchesOf } from '../batches.ts';
import { isoTime } from '../http/response.ts';
import { CANARY_UID_PREFIX } from '../names.ts';
import type { RequestScope } from '../request-scope.ts';
import type { ConnectionTable } from '../table/connection-table.ts';
import { MAX_PRESENCES, type PresenceTable } from './presence-table.ts';

export type OnlineOfDependencies = Pick<RequestScope, 'limitTableRequests' | 'clock'> & {
  table: Pick<ConnectionTable, 'connectionsOf'>;
  /** Absent: there is no presence. */
  presences?: Pick<PresenceTable, 'presencesOf'>;
};

/**
 * Returns those of the uids that are online, in their order: as events have it, a hundred in a read; without presence
 * by their connections, a read for each.
 */
export async function onlineOf(
  uids: readonly string[],
  { table, presences, limitTableRequests, clock }: OnlineOfDependencies,
): Promise<OnlineOfUids> {
  const users = uids.filter((uid) => !uid.startsWith(CANARY_UID_PREFIX));
  const found = presences
    ? batchesOf(users, MAX_PRESENCES).map((batch) => limitTableRequests(() => told(batch, presences)))
    : users.map((uid) => limitTableRequests(() => connected(uid, table, clock.now())));
  return { online: (await Promise.all(found)).flat() };
}

async function told(
  uids: readonly string[],
  presences: Pick<PresenceTable, 'presencesOf'>,
): Promise<OnlineOfUids['online']> {
  const found = await presences.presencesOf(uids);
  return uids.flatMap((uid, index) => {
    const presence = found[index];
    if (!presence?.isOnline) return [];
    return [{ uid, since: isoTime(presence.at), epoch: presence.epoch }];
  });
}

async function connected(
  uid: string,
  table: Pick<ConnectionTable, 'connectionsOf'>,
  now: number,
): Promise<OnlineOfUids['online']> {
  const open = await table.connectionsOf(uid, now);
  if (open.length === 0) return [];
  return [{ uid, since: isoTime(Math.min(...open.map(({ registeredAt }) => registeredAt))) }];
}
