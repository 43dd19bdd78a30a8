import { MAX_IDEMPOTENCY_KEY_LENGTH } from '../../protocol/limits.ts';
import { ProblemCode } from '../../protocol/problem.ts';
import type { FunctionUrlEvent } from '../http/function-url-event.ts';
import { RequestHeader } from '../http/request-header.ts';
import { type HttpResponse, problemResponse } from '../http/response.ts';
import type { KeyProblem } from './claim-key.ts';

/** The header `Idempotency-Key`, if there is one, or the problem. */
export function readIdempotencyKey({
  headers,
}: Pick<FunctionUrlEvent, 'headers'>): { idempotencyKey?: string } | { problem: HttpResponse } {
  const idempotencyKey = headers[RequestHeader.idempotencyKey];
  if (idempotencyKey === undefined) return {};
  if (/^[!-~]+$/.test(idempotencyKey) && idempotencyKey.length <= MAX_IDEMPOTENCY_KEY_LENGTH) {
    return { idempotencyKey };
  }
  const detail = `the header Idempotency-Key has 1 to ${MAX_IDEMPOTENCY_KEY_LENGTH} visible characters of ASCII`;
  return { problem: problemResponse(ProblemCode.invalidRequest, detail) };
}

/** A caller that comes again too early waits for the answer that is being made. */
const retryAfterSeconds = '1';

export function keyProblemResponse({ code, detail }: KeyProblem): HttpResponse {
  const headers = code === ProblemCode.idempotencyKeyInUse ? { 'retry-after': retryAfterSeconds } : {};
  return problemResponse(code, detail, headers);
}

export function isKeyProblem(result: object): result is KeyProblem {
  return (
    'code' in result &&
    (result.code === ProblemCode.idempotencyKeyInUse || result.code === ProblemCode.idempotencyKeyReused)
  );
}
