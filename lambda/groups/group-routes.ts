import { MAX_GROUPS, MAX_MEMBERSHIP_SECONDS } from '../../protocol/limits.ts';
import { ProblemCode } from '../../protocol/problem.ts';
import type { FunctionUrlEvent } from '../http/function-url-event.ts';
import { uidPageQuery } from '../http/page-query.ts';
import { RequestHeader } from '../http/request-header.ts';
import { readQuery } from '../http/request-url.ts';
import { type HttpResponse, isoTime, jsonResponse, problemResponse } from '../http/response.ts';
import type { HttpRequest, Route } from '../http/router.ts';
import type { RequestScope } from '../request-scope.ts';
import { groupPage, groupsOfUid } from './group-page.ts';
import { type GroupRouteDependencies, groupPushRoute, withGroups } from './group-push-route.ts';
import { emptyGroup, putUidIn, takeUidOut } from './membership.ts';
import type { GroupPushDependencies } from './push-to-group.ts';

const uidPath = '/groups/:group/uids/:uid';

export const groupRoutes: readonly Route<GroupRouteDependencies & RequestScope>[] = [
  groupPushRoute,
  { method: 'PUT', path: uidPath, headers: [RequestHeader.ttl], handle: withGroups(putIn) },
  { method: 'DELETE', path: uidPath, handle: withGroups(takeOut) },
  { method: 'GET', path: '/groups/:group', parameters: ['limit', 'after'], handle: withGroups(show) },
  { method: 'DELETE', path: '/groups/:group', handle: withGroups(remove) },
  { method: 'GET', path: '/uids/:uid/groups', handle: withGroups(showUid) },
];

async function putIn(
  { event, params: { group = '', uid = '' } }: HttpRequest,
  dependencies: GroupPushDependencies,
): Promise<HttpResponse> {
  const read = readUntil(event, dependencies.clock.now());
  if ('problem' in read) return read.problem;
  const { until } = read;
  const connections = await putUidIn(group, uid, until, dependencies);
  if (connections === 'too-many') return tooManyGroups;
  return jsonResponse({ group, uid, connections, ...(until !== undefined && { until: isoTime(until) }) });
}

/** The header `TTL` of a membership, as the time of its end, a whole second. */
function readUntil(
  { headers }: FunctionUrlEvent,
  now: number,
): { until: number | undefined } | { problem: HttpResponse } {
  const ttl = headers[RequestHeader.ttl];
  if (ttl === undefined) return { until: undefined };
  if (!/^[1-9]\d*$/.test(ttl) || Number(ttl) > MAX_MEMBERSHIP_SECONDS) return { problem: badTtl };
  return { until: (Math.ceil(now / 1_000) + Number(ttl)) * 1_000 };
}

async function takeOut(
  { params: { group = '', uid = '' } }: HttpRequest,
  dependencies: GroupPushDependencies,
): Promise<HttpResponse> {
  return jsonResponse({ group, uid, connections: await takeUidOut(group, uid, dependencies) });
}

async function show(
  { params: { group = '' }, query }: HttpRequest,
  dependencies: GroupPushDependencies,
): Promise<HttpResponse> {
  const read = readQuery(query, uidPageQuery);
  if ('problem' in read) return read.problem;
  return jsonResponse(await groupPage(group, read.value.limit, read.value.after, dependencies));
}

async function remove(
  { params: { group = '' } }: HttpRequest,
  dependencies: GroupPushDependencies,
): Promise<HttpResponse> {
  return jsonResponse({ group, ...(await emptyGroup(group, dependencies)) });
}

async function showUid(
  { params: { uid = '' } }: HttpRequest,
  dependencies: GroupPushDependencies,
): Promise<HttpResponse> {
  return jsonResponse(await groupsOfUid(uid, dependencies));
}

const badTtl = problemResponse(
  ProblemCode.invalidRequest,
  `the header TTL is a whole number of seconds from 1 to ${MAX_MEMBERSHIP_SECONDS}`,
);
const tooManyGroups = problemResponse(
  ProblemCode.tooManyGroups,
  `a backend puts a uid into at most ${MAX_GROUPS} groups`,
);
