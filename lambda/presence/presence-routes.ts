import type { OnlineCount, OnlinePage } from '../../protocol/answers/presence.ts';
import { MAX_QUERIED_UIDS } from '../../protocol/limits.ts';
import { isSelected, type Selection } from '../../protocol/selection.ts';
import { parseUidsObject } from '../../protocol/uids-object.ts';
import { uidPageQuery } from '../http/page-query.ts';
import { bodyOf } from '../http/request-body.ts';
import { readQuery, unusableUid } from '../http/request-url.ts';
import { isoTime, jsonResponse, jsonTextResponse, problemResponse } from '../http/response.ts';
import type { Route } from '../http/router.ts';
import { selectionParameters, selectionQuery } from '../http/selection-query.ts';
import { CANARY_UID_PREFIX } from '../names.ts';
import type { ConnectionTable } from '../table/connection-table.ts';
import { type OnlineOfDependencies, onlineOf } from './online-of.ts';

export type PresenceDependencies = OnlineOfDependencies & {
  table: ConnectionTable;
  /** Counts who is online at `now`, milliseconds since the epoch. */
  countOnline(now: number): Promise<OnlineCount>;
};

const uidsRule = { name: 'the body', least: 0, most: MAX_QUERIED_UIDS } as const;

export const presenceRoutes: readonly Route<PresenceDependencies>[] = [
  {
    method: 'POST',
    path: '/presence',
    takesBody: true,
    async handle({ event }, dependencies) {
      const read = parseUidsObject(bodyOf(event), uidsRule);
      if ('code' in read) return problemResponse(read.code, read.detail);
      return jsonResponse(await onlineOf(read.uids, dependencies));
    },
  },
  {
    method: 'GET',
    path: '/presence',
    async handle(_, { countOnline, clock }) {
      return jsonResponse(await countOnline(clock.now()));
    },
  },
  {
    method: 'GET',
    path: '/uids',
    parameters: ['limit', 'after'],
    async handle({ query }, dependencies) {
      const read = readQuery(query, uidPageQuery);
      if ('problem' in read) return read.problem;
      return jsonResponse(await onlineUids(read.value.limit, read.value.after, dependencies));
    },
  },
  {
    method: 'GET',
    path: '/uids/:uid',
    repeatable: selectionParameters,
    async handle({ params: { uid = '' }, query }, dependencies) {
      const read = readQuery(query, selectionQuery);
      if ('problem' in read) return read.problem;
      return unusableUid(uid) ?? jsonTextResponse(await presence(uid, read.value, dependencies));
    },
  },
];

async function onlineUids(
  limit: number,
  after: string | undefined,
  { table, clock }: PresenceDependencies,
): Promise<OnlinePage> {
  // One more than asked for shows whether there is another page.
  const uids = await table.onlineUids(limit + 1, after, clock.now());
  const last = uids.length > limit ? uids[limit - 1] : undefined;
  const users = uids.slice(0, limit).filter(({ uid }) => !uid.startsWith(CANARY_UID_PREFIX));
  return { uids: users, ...(last ? { after: last.uid } : {}) };
}

/** Returns a `Presence` as JSON, in which `meta` is what the page sent: no digit of a large integer is lost. */
async function presence(
  uid: string,
  selection: Selection | undefined,
  { table, limitTableRequests, clock }: PresenceDependencies,
): Promise<string> {
  const found = await limitTableRequests(() => table.connectionsOf(uid, clock.now()));
  const selected = found.filter((connection) => isSelected(connection, selection));
  const ordered = selected.sort((a, b) => a.registeredAt - b.registeredAt);
  const listed = ordered.map(({ connectionId, registeredAt, device, meta }) => {
    const json = JSON.stringify({ id: connectionId, since: isoTime(registeredAt), device });
    return meta === undefined ? json : withMember(json, 'meta', meta);
  });
  const excluded = selection && found.length - selected.length;
  const json = JSON.stringify({ uid, online: selected.length > 0, excluded });
  return withMember(json, 'connections', `[${listed.join(',')}]`);
}

/** Adds a member to the JSON of an object that has some. */
function withMember(json: string, name: string, value: string): string {
  return `${json.slice(0, -1)},${JSON.stringify(name)}:${value}}`;
}
