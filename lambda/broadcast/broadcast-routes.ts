import { MAX_MESSAGE_BYTES } from '../../protocol/limits.ts';
import { tooLarge } from '../../protocol/message.ts';
import { ProblemCode } from '../../protocol/problem.ts';
import type { BroadcastAccepted, BroadcastStatus } from '../../protocol/push-api.ts';
import { isRefusal, type Refusal } from '../../protocol/refusal.ts';
import { decodeUtf8 } from '../../protocol/utf8.ts';
import { bodyOf } from '../http/request-body.ts';
import { RequestHeader } from '../http/request-header.ts';
import { type HttpResponse, jsonResponse, problemResponse, refusalResponse } from '../http/response.ts';
import type { HttpRequest, Route } from '../http/router.ts';
import type { KeyProblem } from '../idempotency/do-once.ts';
import { isKeyProblem, keyProblemResponse, readIdempotencyKey } from '../idempotency/idempotency-key.ts';

export type BroadcastService = {
  /** Starts it; with an idempotency key, once. */
  broadcast(text: string, idempotencyKey?: string): Promise<BroadcastAccepted | Refusal | KeyProblem>;
  broadcastStatus(id: string): Promise<BroadcastStatus | undefined>;
};

export const broadcastRoutes: readonly Route<BroadcastService>[] = [
  {
    method: 'POST',
    path: '/broadcast',
    headers: [RequestHeader.idempotencyKey],
    takesBody: true,
    handle: broadcast,
  },
  { method: 'GET', path: '/broadcasts/:id', handle: broadcastStatus },
];

async function broadcast({ event }: HttpRequest, service: BroadcastService): Promise<HttpResponse> {
  const key = readIdempotencyKey(event);
  if ('problem' in key) return key.problem;
  const body = bodyOf(event);
  if (body.length === 0) return problemResponse(ProblemCode.invalidRequest, 'the body is empty');
  if (body.length > MAX_MESSAGE_BYTES) return refusalResponse(tooLarge(body.length));
  const text = decodeUtf8(body);
  if (text === undefined) return problemResponse(ProblemCode.invalidUtf8, 'the body is not UTF-8');
  const result = await service.broadcast(text, key.idempotencyKey);
  if (isKeyProblem(result)) return keyProblemResponse(result);
  return isRefusal(result) ? refusalResponse(result) : jsonResponse(result, 202);
}

async function broadcastStatus({ params }: HttpRequest, service: BroadcastService): Promise<HttpResponse> {
  const { id = '' } = params;
  // An id of ours is a UUID; anything longer can't be a key of the table.
  const status = id.length > 36 ? undefined : await service.broadcastStatus(id);
  if (status) return jsonResponse(status);
  return problemResponse(ProblemCode.unknownBroadcast, 'there is no such broadcast, or it was a week ago');
}
