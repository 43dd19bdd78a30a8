import { parseMessage } from '../../protocol/message.ts';
import { ProblemCode } from '../../protocol/problem.ts';
import type { LineResult } from '../../protocol/push-result.ts';
import { isRefusal } from '../../protocol/refusal.ts';
import type { FunctionUrlEvent } from '../http/function-url-event.ts';
import { bodyOf, isNdjson } from '../http/request-body.ts';
import { RequestHeader } from '../http/request-header.ts';
import {
  type HttpResponse,
  jsonResponse,
  ndjsonResponse,
  problemResponse,
  refusalResponse,
} from '../http/response.ts';
import type { HttpRequest, Route } from '../http/router.ts';
import { isKeyProblem, keyProblemResponse } from '../idempotency/idempotency-key.ts';
import { type PushHeaders, readPushHeaders } from './push-headers.ts';
import { type PushMany, type PushOne, pushLines } from './push-request.ts';

export type PushService = {
  /** The longest that messages are kept; a longer `TTL` is lowered to it. */
  maxTtlSeconds: number;
  push: PushMany;
  pushOne: PushOne;
};

export const pushRoutes: readonly Route<PushService>[] = [
  {
    method: 'POST',
    path: '/push',
    headers: [RequestHeader.ttl, RequestHeader.idempotencyKey],
    takesBody: true,
    handle: push,
  },
];

/** NDJSON is many messages; whatever else it is called, the body is one. */
async function push({ event }: HttpRequest, service: PushService): Promise<HttpResponse> {
  const headers = readPushHeaders(event, service.maxTtlSeconds);
  if ('problem' in headers) return headers.problem;
  const isMany = isNdjson(event);
  if (isMany && headers.idempotencyKey !== undefined) {
    return problemResponse(ProblemCode.invalidRequest, 'the header Idempotency-Key is for a single message');
  }
  return isMany ? many(event, headers, service) : one(event, headers, service);
}

async function many(
  event: FunctionUrlEvent,
  { ttlSeconds }: PushHeaders,
  service: PushService,
): Promise<HttpResponse> {
  const results = await pushLines(bodyOf(event), (messages) => service.push(messages, ttlSeconds));
  if (isRefusal(results)) return refusalResponse(results);
  return withTtl(ndjsonResponse(results), results, ttlSeconds);
}

async function one(
  event: FunctionUrlEvent,
  { ttlSeconds, idempotencyKey }: PushHeaders,
  service: PushService,
): Promise<HttpResponse> {
  const message = parseMessage(bodyOf(event));
  if (isRefusal(message)) return refusalResponse(message);
  const result = await service.pushOne(message, ttlSeconds, idempotencyKey);
  if (isKeyProblem(result)) return keyProblemResponse(result);
  return isRefusal(result) ? refusalResponse(result) : withTtl(jsonResponse(result), [result], ttlSeconds);
}

/** Where something was stored, for how long really. Source: https://www.rfc-editor.org/rfc/rfc8030#section-5.2 */
function withTtl(response: HttpResponse, results: readonly LineResult[], ttlSeconds: number): HttpResponse {
  if (!results.some((result) => 'stored' in result)) return response;
  return { ...response, headers: { ...response.headers, ttl: String(ttlSeconds) } };
}
