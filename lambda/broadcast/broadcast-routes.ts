import { MAX_MESSAGE_BYTES } from '../../protocol/limits.ts';
import { tooLarge } from '../../protocol/message.ts';
import { ProblemCode } from '../../protocol/problem.ts';
import type { BroadcastStatus } from '../../protocol/push-api.ts';
import { isRefusal } from '../../protocol/refusal.ts';
import { decodeUtf8 } from '../../protocol/utf8.ts';
import { bodyOf } from '../http/request-body.ts';
import { RequestHeader } from '../http/request-header.ts';
import { type HttpResponse, jsonResponse, problemResponse, refusalResponse } from '../http/response.ts';
import type { HttpRequest, Route } from '../http/router.ts';
import { isKeyProblem, keyProblemResponse, readIdempotencyKey } from '../idempotency/idempotency-key.ts';
import { BROADCAST_SEGMENTS, type BroadcastState, type BroadcastTable } from './broadcast-table.ts';
import { type StartDependencies, startBroadcast } from './start-broadcast.ts';

export const broadcastRoutes: readonly Route<StartDependencies>[] = [
  {
    method: 'POST',
    path: '/broadcast',
    headers: [RequestHeader.idempotencyKey],
    takesBody: true,
    handle: start,
  },
  { method: 'GET', path: '/broadcasts/:id', handle: status },
];

async function start({ event }: HttpRequest, dependencies: StartDependencies): Promise<HttpResponse> {
  const key = readIdempotencyKey(event);
  if ('problem' in key) return key.problem;
  const body = bodyOf(event);
  if (body.length === 0) return problemResponse(ProblemCode.invalidRequest, 'the body is empty');
  if (body.length > MAX_MESSAGE_BYTES) return refusalResponse(tooLarge(body.length));
  const text = decodeUtf8(body);
  if (text === undefined) return problemResponse(ProblemCode.invalidUtf8, 'the body is not UTF-8');
  const result = await startBroadcast(text, key.idempotencyKey, dependencies);
  if (isKeyProblem(result)) return keyProblemResponse(result);
  return isRefusal(result) ? refusalResponse(result) : jsonResponse(result, 202);
}

async function status(
  { params: { id = '' } }: HttpRequest,
  { broadcasts }: { broadcasts: Pick<BroadcastTable, 'stateOf'> },
): Promise<HttpResponse> {
  // An id of the service is a UUID; anything longer can't be a key of the table.
  const state = id.length > 36 ? undefined : await broadcasts.stateOf(id);
  if (state) return jsonResponse(statusFrom(id, state));
  return problemResponse(ProblemCode.unknownBroadcast, 'there is no such broadcast, or it was a week ago');
}

export function statusFrom(id: string, state: BroadcastState): BroadcastStatus {
  const { delivered, gone, failed, startedAt, finishedAt } = state;
  const isFinished = finishedAt.length === BROADCAST_SEGMENTS;
  return {
    broadcast: id,
    state: isFinished ? 'finished' : 'running',
    delivered,
    gone,
    failed,
    startedAt: new Date(startedAt).toISOString(),
    ...(isFinished ? { finishedAt: new Date(Math.max(...finishedAt)).toISOString() } : {}),
  };
}
