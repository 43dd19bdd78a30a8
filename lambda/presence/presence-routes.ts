import * as v from 'valibot';
import { MAX_UIDS_PER_PAGE } from '../../protocol/limits.ts';
import type { OnlinePage, Presence } from '../../protocol/push-api.ts';
import { uidProblem } from '../../protocol/uid.ts';
import { readQuery, unusableUid } from '../http/request-url.ts';
import { jsonResponse } from '../http/response.ts';
import type { Route } from '../http/router.ts';
import type { RequestScope } from '../request-scope.ts';
import type { ConnectionTable } from '../table/connection-table.ts';

export type PresenceDependencies = Pick<RequestScope, 'limitTableRequests' | 'clock'> & {
  table: ConnectionTable;
};

const limitRule = `limit must be a whole number from 1 to ${MAX_UIDS_PER_PAGE}`;
const onlineQuery = v.object({
  limit: v.optional(
    v.pipe(
      v.string(),
      v.regex(/^[1-9]\d*$/, limitRule),
      v.transform(Number),
      v.maxValue(MAX_UIDS_PER_PAGE, limitRule),
    ),
    '100',
  ),
  after: v.optional(
    v.pipe(
      v.string(),
      v.check((uid) => uidProblem(uid) === undefined, 'after must be a uid'),
    ),
  ),
});

export const presenceRoutes: readonly Route<PresenceDependencies>[] = [
  {
    method: 'GET',
    path: '/uids',
    parameters: ['limit', 'after'],
    async handle({ query }, dependencies) {
      const read = readQuery(query, onlineQuery);
      if ('problem' in read) return read.problem;
      return jsonResponse(await onlineUids(read.value.limit, read.value.after, dependencies));
    },
  },
  {
    method: 'GET',
    path: '/uids/:uid',
    async handle({ params: { uid = '' } }, dependencies) {
      return unusableUid(uid) ?? jsonResponse(await presence(uid, dependencies));
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
  return { uids: uids.slice(0, limit), ...(last ? { after: last.uid } : {}) };
}

async function presence(
  uid: string,
  { table, limitTableRequests, clock }: PresenceDependencies,
): Promise<Presence> {
  const found = await limitTableRequests(() => table.connectionsOf(uid, clock.now()));
  const ordered = found.sort((a, b) => a.registeredAt - b.registeredAt);
  return {
    uid,
    online: found.length > 0,
    connections: ordered.map(({ connectionId, registeredAt }) => ({
      id: connectionId,
      since: new Date(registeredAt).toISOString(),
    })),
  };
}
