import { MAX_MESSAGE_BYTES } from '../../protocol/limits.ts';
import { tooLarge } from '../../protocol/message.ts';
import { ProblemCode } from '../../protocol/problem.ts';
import type { BroadcastAccepted, BroadcastStatus } from '../../protocol/push-api.ts';
import { decodeUtf8 } from '../../protocol/utf8.ts';
import { bodyOf } from '../http/request-body.ts';
import { type HttpResponse, jsonResponse, problemResponse, refusalResponse } from '../http/response.ts';
import type { HttpRequest, Route } from '../http/router.ts';

export type BroadcastService = {
  /** Starts it; the id under which it can be asked about. */
  broadcast(text: string): Promise<string>;
  broadcastStatus(id: string): Promise<BroadcastStatus | undefined>;
};

export const broadcastRoutes: readonly Route<BroadcastService>[] = [
  { method: 'POST', path: '/broadcast', takesBody: true, handle: broadcast },
  { method: 'GET', path: '/broadcasts/:id', handle: broadcastStatus },
];

async function broadcast({ event }: HttpRequest, service: BroadcastService): Promise<HttpResponse> {
  const body = bodyOf(event);
  if (body.length === 0) return problemResponse(ProblemCode.invalidRequest, 'the body is empty');
  if (body.length > MAX_MESSAGE_BYTES) return refusalResponse(tooLarge(body.length));
  const text = decodeUtf8(body);
  if (text === undefined) return problemResponse(ProblemCode.invalidUtf8, 'the body is not UTF-8');
  return jsonResponse({ broadcast: await service.broadcast(text) } satisfies BroadcastAccepted, 202);
}

async function broadcastStatus({ params }: HttpRequest, service: BroadcastService): Promise<HttpResponse> {
  const { id = '' } = params;
  // An id of ours is a UUID; anything longer can't be a key of the table.
  const status = id.length > 36 ? undefined : await service.broadcastStatus(id);
  if (status) return jsonResponse(status);
  return problemResponse(ProblemCode.unknownBroadcast, 'there is no such broadcast, or it was a week ago');
}
