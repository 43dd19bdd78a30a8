import { MAX_GROUPS, MAX_MEMBERSHIP_SECONDS } from '../../protocol/limits.ts';
import { parseObject } from '../../protocol/message.ts';
import { ProblemCode } from '../../protocol/problem.ts';
import { isRefusal } from '../../protocol/refusal.ts';
import type { FunctionUrlEvent } from '../http/function-url-event.ts';
import { uidPageQuery } from '../http/page-query.ts';
import { bodyOf, isNdjson } from '../http/request-body.ts';
import { RequestHeader, readIdempotencyKey } from '../http/request-header.ts';
import { readQuery, unusableGroup, unusableUid } from '../http/request-url.ts';
import {
  type HttpResponse,
  isoTime,
  jsonResponse,
  keyProblemResponse,
  problemResponse,
  refusalResponse,
} from '../http/response.ts';
import type { HttpRequest, Route } from '../http/router.ts';
import { selectionParameters, selectionQuery } from '../http/selection-query.ts';
import { isKeyProblem } from '../idempotency/claim-key.ts';
import type { RequestScope } from '../request-scope.ts';
import type { ConnectionTable } from '../table/connection-table.ts';
import { groupPage, groupsOfUid } from './group-page.ts';
import { emptyGroup, putUidIn, takeUidOut } from './membership.ts';
import { type GroupPushDependencies, isTooLarge, pushToGroup } from './push-to-group.ts';

/** Dependencies of the routes, beside the scope of the request. `groups`: absent without the setting. */
export type GroupRouteDependencies = {
  table: ConnectionTable;
  groups?: Pick<GroupPushDependencies, 'groupTable' | 'groupRequests'>;
};

type Handle = (request: HttpRequest, dependencies: GroupPushDependencies) => Promise<HttpResponse>;

const uidPath = '/groups/:group/uids/:uid';

export const groupRoutes: readonly Route<GroupRouteDependencies & RequestScope>[] = [
  {
    method: 'POST',
    path: '/groups/:group/push',
    headers: [RequestHeader.idempotencyKey],
    repeatable: selectionParameters,
    takesBody: true,
    handle: withGroups(push),
  },
  { method: 'PUT', path: uidPath, headers: [RequestHeader.ttl], handle: withGroups(putIn) },
  { method: 'DELETE', path: uidPath, handle: withGroups(takeOut) },
  { method: 'GET', path: '/groups/:group', parameters: ['limit', 'after'], handle: withGroups(show) },
  { method: 'DELETE', path: '/groups/:group', handle: withGroups(remove) },
  { method: 'GET', path: '/uids/:uid/groups', handle: withGroups(showUid) },
];

/** Returns a handler that refuses where there are no groups, or a name can't be one. */
function withGroups(handle: Handle): Route<GroupRouteDependencies & RequestScope>['handle'] {
  return async (request, { groups, ...dependencies }) => {
    const { group, uid } = request.params;
    const problem =
      (group === undefined ? undefined : unusableGroup(group)) ??
      (uid === undefined ? undefined : unusableUid(uid));
    if (problem) return problem;
    if (groups === undefined) return noGroups;
    return handle(request, { ...dependencies, ...groups });
  };
}

async function push(request: HttpRequest, dependencies: GroupPushDependencies): Promise<HttpResponse> {
  const { event, query } = request;
  const selection = readQuery(query, selectionQuery);
  if ('problem' in selection) return selection.problem;
  const key = readIdempotencyKey(event);
  if ('problem' in key) return key.problem;
  if (isNdjson(event)) return oneMessage;
  const message = parseObject(bodyOf(event));
  if (isRefusal(message)) return refusalResponse(message);
  const { group = '' } = request.params;
  const addressed = { group, text: message.text, selection: selection.value };
  const outcome = await pushToGroup(addressed, key.idempotencyKey, dependencies);
  if (isKeyProblem(outcome)) return keyProblemResponse(outcome);
  if (isTooLarge(outcome)) return problemResponse(outcome.code, outcome.detail);
  return isRefusal(outcome) ? refusalResponse(outcome) : jsonResponse(outcome);
}

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

const noGroups = problemResponse(
  ProblemCode.invalidRequest,
  'groups need a deployment with the setting groups=true',
);
const oneMessage = problemResponse(
  ProblemCode.unsupportedMediaType,
  'a push to a group is one message, not NDJSON',
);
const badTtl = problemResponse(
  ProblemCode.invalidRequest,
  `the header TTL is a whole number of seconds from 1 to ${MAX_MEMBERSHIP_SECONDS}`,
);
const tooManyGroups = problemResponse(
  ProblemCode.tooManyGroups,
  `a backend puts a uid into at most ${MAX_GROUPS} groups`,
);
