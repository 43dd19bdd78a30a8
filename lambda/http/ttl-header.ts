import { ProblemCode } from '../../protocol/problem.ts';
import type { FunctionUrlEvent } from './function-url-event.ts';
import { RequestHeader } from './request-header.ts';
import { type HttpResponse, problemResponse } from './response.ts';

/** The header `TTL` (RFC 8030, section 5.2), lowered to `maxTtlSeconds`; 0 without one. */
export function readTtl(
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
