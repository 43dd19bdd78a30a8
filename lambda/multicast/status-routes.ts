import * as v from 'valibot';
import type { GroupPushStatus } from '../../protocol/answers/groups.ts';
import type { MulticastStatus, MulticastUids } from '../../protocol/answers/multicast.ts';
import { ProblemCode } from '../../protocol/problem.ts';
import { isFinished as isBroadcastFinished } from '../broadcast/broadcast-routes.ts';
import type { BroadcastTable } from '../broadcast/broadcast-table.ts';
import { pageLimit } from '../http/page-query.ts';
import { maybeId, readQuery } from '../http/request-url.ts';
import { type HttpResponse, isoTime, jsonResponse, problemResponse } from '../http/response.ts';
import type { Route } from '../http/router.ts';
import type { RequestScope } from '../request-scope.ts';
import type { MulticastState, MulticastTable } from './multicast-table.ts';
import type { MulticastOutcome } from './push-to-all.ts';

type Dependencies = Pick<RequestScope, 'limitTableRequests'> & {
  multicasts: Pick<MulticastTable, 'stateOf' | 'chunkOf'>;
  broadcasts: Pick<BroadcastTable, 'stateOf'>;
};

/** Progress and outcome of multicasts, and of pushes to groups, that are done in the background. */
export const multicastStatusRoutes: readonly Route<Dependencies>[] = [
  {
    method: 'GET',
    path: '/multicasts/:id',
    async handle({ params: { id = '' } }, { multicasts, broadcasts }) {
      const state = await stateOf(id, multicasts);
      if (state) return jsonResponse(statusFrom(id, state));
      const status = await groupStatusOf(id, broadcasts);
      return status ? jsonResponse(status) : unknownMulticast();
    },
  },
  uidsRoute('offline'),
  uidsRoute('unavailable'),
];

/** Where a page starts: a place among the uids of the request, from 0. */
const pageQuery = v.object({
  limit: pageLimit,
  after: v.optional(
    v.pipe(v.string(), v.regex(/^\d{1,5}$/, 'after must be that of the page before'), v.transform(Number)),
    '0',
  ),
});

function uidsRoute(kind: 'offline' | 'unavailable'): Route<Dependencies> {
  return {
    method: 'GET',
    path: `/multicasts/:id/${kind}`,
    parameters: ['limit', 'after'],
    async handle({ params: { id = '' }, query }, dependencies) {
      const read = readQuery(query, pageQuery);
      if ('problem' in read) return read.problem;
      const { limit, after } = read.value;
      const state = await stateOf(id, dependencies.multicasts);
      if (state === undefined) return unknownMulticast();
      const { positions, next } = pageOf(state, kind, after, limit);
      const uids = await uidsAt(positions, id, state, dependencies);
      return jsonResponse({
        uids,
        ...(next !== undefined && { after: String(next) }),
      } satisfies MulticastUids);
    },
  };
}

async function stateOf(
  id: string,
  multicasts: Pick<MulticastTable, 'stateOf'>,
): Promise<MulticastState | undefined> {
  return maybeId(id) ? multicasts.stateOf(id) : undefined;
}

/** A push to a group is done as a broadcast is. */
async function groupStatusOf(
  id: string,
  broadcasts: Pick<BroadcastTable, 'stateOf'>,
): Promise<GroupPushStatus | undefined> {
  const state = maybeId(id) ? await broadcasts.stateOf(id) : undefined;
  if (state?.group === undefined) return undefined;
  const { group, delivered, gone, failed, excluded, startedAt, finishedAt } = state;
  const counts = { delivered, gone, failed, excluded, startedAt: isoTime(startedAt) };
  if (!isBroadcastFinished(state)) return { multicast: id, group, state: 'running', ...counts };
  return { multicast: id, group, state: 'finished', ...counts, finishedAt: isoTime(Math.max(...finishedAt)) };
}

function unknownMulticast(): HttpResponse {
  return problemResponse(ProblemCode.unknownMulticast, 'there is no such multicast, or it was a week ago');
}

export function statusFrom(id: string, state: MulticastState): MulticastStatus {
  const { uids, startedAt, parts, corrections, isSelected, isStored } = state;
  const done = parts.reduce((total, { from, end }) => total + end - from, 0);
  const sum = (count: (outcome: MulticastOutcome) => number | undefined) =>
    parts.reduce((total, { outcome }) => total + (count(outcome) ?? 0), 0);
  const count = (name: 'delivered' | 'gone' | 'failed') =>
    corrections.reduce(
      (total, change) => total + change[name],
      sum((outcome) => outcome[name]),
    );
  const isFinished = done === uids;
  return {
    multicast: id,
    state: isFinished ? 'finished' : 'running',
    uids,
    done,
    delivered: count('delivered'),
    gone: count('gone'),
    failed: count('failed'),
    ...(isSelected && { excluded: sum(({ excluded }) => excluded) }),
    ...(isStored && { stored: sum(({ stored }) => stored) }),
    offline: sum(({ offline }) => offline.length),
    unavailable: sum(({ unavailable }) => unavailable.length),
    startedAt: isoTime(startedAt),
    ...(isFinished && { finishedAt: isoTime(Math.max(...parts.map(({ finishedAt }) => finishedAt))) }),
  };
}

/**
 * Returns the positions of a page's uids, and where the next page starts, if there is one. A page ends before the first
 * uid that is not done: what comes to be known of that one would be missing from the pages after it.
 */
export function pageOf(
  { parts, uids }: Pick<MulticastState, 'parts' | 'uids'>,
  kind: 'offline' | 'unavailable',
  start: number,
  limit: number,
): { positions: readonly number[]; next?: number } {
  let knownUntil = 0;
  const positions: number[] = [];
  for (const { from, end, outcome } of parts) {
    if (from !== knownUntil) break;
    knownUntil = end;
    positions.push(...outcome[kind].filter((position) => position >= start));
  }
  const last = positions[limit - 1];
  if (last !== undefined && positions.length > limit)
    return { positions: positions.slice(0, limit), next: last + 1 };
  return { positions, ...(knownUntil < uids && { next: Math.max(start, knownUntil) }) };
}

async function uidsAt(
  positions: readonly number[],
  id: string,
  { chunkStarts }: MulticastState,
  { multicasts, limitTableRequests }: Dependencies,
): Promise<string[]> {
  const chunkAt = (position: number) => chunkStarts.findLastIndex((start) => start <= position);
  const wanted = [...new Set(positions.map(chunkAt))];
  const found = await Promise.all(
    wanted.map((chunk) => limitTableRequests(() => multicasts.chunkOf(id, chunk))),
  );
  const chunks = new Map(wanted.map((chunk, index) => [chunk, found[index]]));
  return positions.map((position) => {
    const chunk = chunks.get(chunkAt(position));
    const uid = chunk?.uids[position - chunk.first];
    if (uid === undefined) throw new Error('A multicast whose state is there must have its chunks.');
    return uid;
  });
}
