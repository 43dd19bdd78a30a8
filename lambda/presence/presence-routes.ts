import * as v from 'valibot';
import { MAX_UIDS_PER_PAGE } from '../../protocol/limits.ts';
import { ProblemCode } from '../../protocol/problem.ts';
import type { DisconnectResult, OnlinePage, Presence } from '../../protocol/push-api.ts';
import { uidProblem } from '../../protocol/uid.ts';
import { readQuery } from '../http/query.ts';
import { type HttpResponse, jsonResponse, problemResponse } from '../http/response.ts';
import type { HttpRequest, Route } from '../http/router.ts';

export type DisconnectService = {
  disconnect(uid: string, except: string | undefined): Promise<DisconnectResult>;
};

export type PresenceService = DisconnectService & {
  presence(uid: string): Promise<Presence>;
  onlineUids(limit: number, after: string | undefined): Promise<OnlinePage>;
};

export const disconnectRoute: Route<DisconnectService> = {
  method: 'DELETE',
  path: '/uids/:uid',
  parameters: ['except'],
  handle: disconnect,
};

export const presenceRoutes: readonly Route<PresenceService>[] = [
  { method: 'GET', path: '/uids', parameters: ['limit', 'after'], handle: onlineUids },
  { method: 'GET', path: '/uids/:uid', handle: presence },
  disconnectRoute,
];

const limitRule = `limit must be a whole number from 1 to ${MAX_UIDS_PER_PAGE}`;
const uidQuery = v.pipe(
  v.string(),
  v.check((uid) => uidProblem(uid) === undefined, 'after must be a uid'),
);

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
  after: v.optional(uidQuery),
});
const disconnectQuery = v.object({
  except: v.optional(v.pipe(v.string(), v.nonEmpty('except must be the id of a connection'))),
});

async function onlineUids({ query }: HttpRequest, service: PresenceService): Promise<HttpResponse> {
  const read = readQuery(query, onlineQuery);
  if ('problem' in read) return read.problem;
  return jsonResponse(await service.onlineUids(read.value.limit, read.value.after));
}

async function presence({ params }: HttpRequest, service: PresenceService): Promise<HttpResponse> {
  const { uid = '' } = params;
  return unusable(uid) ?? jsonResponse(await service.presence(uid));
}

async function disconnect({ params, query }: HttpRequest, service: DisconnectService): Promise<HttpResponse> {
  const { uid = '' } = params;
  const read = readQuery(query, disconnectQuery);
  if ('problem' in read) return read.problem;
  return unusable(uid) ?? jsonResponse(await service.disconnect(uid, read.value.except));
}

function unusable(uid: string): HttpResponse | undefined {
  const problem = uidProblem(uid);
  return problem ? problemResponse(ProblemCode.unusableUid, `found ${problem}`) : undefined;
}
