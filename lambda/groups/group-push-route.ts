import { parseObject } from '../../protocol/message.ts';
import { ProblemCode } from '../../protocol/problem.ts';
import { isRefusal } from '../../protocol/refusal.ts';
import { bodyOf, isNdjson } from '../http/request-body.ts';
import { acceptedResponse, prefersAsync, RequestHeader, readIdempotencyKey } from '../http/request-header.ts';
import { readQuery, unusableGroup, unusableUid } from '../http/request-url.ts';
import {
  type HttpResponse,
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
import { type GroupPushDependencies, pushToGroup } from './push-to-group.ts';

/** Dependencies of the routes of groups, beside the scope of the request. `groups`: absent without the setting. */
export type GroupRouteDependencies = Pick<GroupPushDependencies, 'broadcasts' | 'queue'> & {
  table: ConnectionTable;
  groups?: Pick<GroupPushDependencies, 'groupTable' | 'groupRequests'>;
};

type GroupRoute = Route<GroupRouteDependencies & RequestScope>;
type Handle = (request: HttpRequest, dependencies: GroupPushDependencies) => Promise<HttpResponse>;

/** `POST /groups/:group/push`: one message for the connections of a group. */
export const groupPushRoute: GroupRoute = {
  method: 'POST',
  path: '/groups/:group/push',
  headers: [RequestHeader.idempotencyKey, RequestHeader.prefer],
  repeatable: selectionParameters,
  takesBody: true,
  handle: withGroups(push),
};

/** Returns a handler that refuses where there are no groups, or a name can't be one. */
export function withGroups(handle: Handle): GroupRoute['handle'] {
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
  const prefersBackground = prefersAsync(event);
  const answer = await pushToGroup(addressed, key.idempotencyKey, prefersBackground, dependencies);
  if (isKeyProblem(answer)) return keyProblemResponse(answer);
  if (isRefusal(answer)) return refusalResponse(answer);
  return 'multicast' in answer ? acceptedResponse(answer, prefersBackground) : jsonResponse(answer);
}

const noGroups = problemResponse(
  ProblemCode.invalidRequest,
  'groups need a deployment with the setting groups=true',
);
const oneMessage = problemResponse(
  ProblemCode.unsupportedMediaType,
  'a push to a group is one message, not NDJSON',
);
