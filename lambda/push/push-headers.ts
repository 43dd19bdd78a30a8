import { ProblemCode } from '../../protocol/problem.ts';
import type { FunctionUrlEvent } from '../http/function-url-event.ts';
import { RequestHeader } from '../http/request-header.ts';
import { type HttpResponse, problemResponse } from '../http/response.ts';
import { readIdempotencyKey } from '../idempotency/idempotency-key.ts';

/** What a push is asked for besides its messages. */
export type PushHeaders = {
  /** Seconds for which messages are kept; 0: not at all. */
  ttlSeconds: number;
  idempotencyKey?: string;
};

/** `TTL` (RFC 8030, section 5.2), lowered to `maxTtlSeconds`, and `Idempotency-Key`; or the problem. */
export function readPushHeaders(
  event: Pick<FunctionUrlEvent, 'headers'>,
  maxTtlSeconds: number,
): PushHeaders | { problem: HttpResponse } {
  const ttl = event.headers[RequestHeader.ttl] ?? '0';
  if (!/^\d+$/.test(ttl)) {
    const detail = 'the header TTL is a whole number of seconds';
    return { problem: problemResponse(ProblemCode.invalidRequest, detail) };
  }
  const key = readIdempotencyKey(event);
  return 'problem' in key ? key : { ttlSeconds: Math.min(Number(ttl), maxTtlSeconds), ...key };
}
