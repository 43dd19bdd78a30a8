import { MAX_IDEMPOTENCY_KEY_LENGTH } from '../../protocol/limits.ts';
import { ProblemCode } from '../../protocol/problem.ts';
import type { FunctionUrlEvent } from '../http/function-url-event.ts';
import { type HttpResponse, problemResponse } from '../http/response.ts';

/** What a push is asked for besides its messages. */
export type PushHeaders = {
  /** Seconds for which messages are kept; 0: not at all. */
  ttlSeconds: number;
  idempotencyKey?: string;
};

/** `TTL` (RFC 8030, section 5.2), lowered to `maxTtlSeconds`, and `Idempotency-Key`; or the problem. */
export function readPushHeaders(
  { headers }: Pick<FunctionUrlEvent, 'headers'>,
  maxTtlSeconds: number,
): PushHeaders | { problem: HttpResponse } {
  const { ttl = '0', 'idempotency-key': idempotencyKey } = headers;
  if (!/^\d+$/.test(ttl)) return invalid('the header TTL is a whole number of seconds');
  const ttlSeconds = Math.min(Number(ttl), maxTtlSeconds);
  if (idempotencyKey === undefined) return { ttlSeconds };
  if (!/^[!-~]+$/.test(idempotencyKey) || idempotencyKey.length > MAX_IDEMPOTENCY_KEY_LENGTH) {
    return invalid(
      `the header Idempotency-Key has 1 to ${MAX_IDEMPOTENCY_KEY_LENGTH} visible characters of ASCII`,
    );
  }
  return { ttlSeconds, idempotencyKey };
}

function invalid(detail: string): { problem: HttpResponse } {
  return { problem: problemResponse(ProblemCode.invalidRequest, detail) };
}
