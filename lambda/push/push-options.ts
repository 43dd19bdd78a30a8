import { ProblemCode } from '../../protocol/problem.ts';
import type { Selection } from '../../protocol/selection.ts';
import type { FunctionUrlEvent } from '../http/function-url-event.ts';
import { RequestHeader, readIdempotencyKey } from '../http/request-header.ts';
import { readQuery } from '../http/request-url.ts';
import { type HttpResponse, problemResponse } from '../http/response.ts';
import type { HttpRequest } from '../http/router.ts';
import { selectionParameters, selectionQuery } from '../http/selection-query.ts';

/** Options in headers and query, for all messages of a request. */
export type PushOptions = {
  /** How long they are stored; 0: not at all. */
  ttlSeconds: number;
  /** To which connections of a uid they are pushed. @default all */
  selection: Selection | undefined;
};

/** Members of a route whose requests have these options. */
export const routeWithPushOptions = {
  headers: [RequestHeader.ttl, RequestHeader.idempotencyKey],
  repeatable: selectionParameters,
  takesBody: true,
};

/** @param maxTtlSeconds The longest that messages are stored; a longer `TTL` is lowered to it. */
export function readPushOptions(
  { event, query }: HttpRequest,
  maxTtlSeconds: number,
): { options: PushOptions; idempotencyKey: string | undefined } | { problem: HttpResponse } {
  const selection = readQuery(query, selectionQuery);
  if ('problem' in selection) return selection;
  const ttl = readTtl(event, maxTtlSeconds);
  if ('problem' in ttl) return ttl;
  const key = readIdempotencyKey(event);
  if ('problem' in key) return key;
  const options = { ttlSeconds: ttl.seconds, selection: selection.value };
  return { options, idempotencyKey: key.idempotencyKey };
}

/** The header `TTL` (RFC 8030, section 5.2), lowered to `maxTtlSeconds`; 0 without one. */
function readTtl(
  { headers }: FunctionUrlEvent,
  maxTtlSeconds: number,
): { seconds: number } | { problem: HttpResponse } {
  const ttl = headers[RequestHeader.ttl] ?? '0';
  if (/^\d+$/.test(ttl)) return { seconds: Math.min(Number(ttl), maxTtlSeconds) };
  const detail = 'the header TTL is a whole number of seconds';
  return { problem: problemResponse(ProblemCode.invalidRequest, detail) };
}

/** Says for how long something was stored really. Source: https://www.rfc-editor.org/rfc/rfc8030#section-5.2 */
export function withTtl(response: HttpResponse, ttlSeconds: number): HttpResponse {
  return { ...response, headers: { ...response.headers, ttl: String(ttlSeconds) } };
}
