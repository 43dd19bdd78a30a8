import { MAX_IDEMPOTENCY_KEY_LENGTH } from '../../protocol/limits.ts';
import { ProblemCode } from '../../protocol/problem.ts';
import type { FunctionUrlEvent } from './function-url-event.ts';
import { type HttpResponse, jsonResponse, problemResponse } from './response.ts';

/**
 * Request headers by which a request asks for something, in lower case. A route lists those that it honours and refuses
 * the others: one without effect would be a promise that is not kept. Not here is what every route honours:
 * `authorization` and `x-correlation-id`.
 */
export const RequestHeader = {
  /** RFC 8030, section 5.2. */
  ttl: 'ttl',
  /** https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/ */
  idempotencyKey: 'idempotency-key',
  /** https://www.rfc-editor.org/rfc/rfc7240 */
  prefer: 'prefer',
} as const;
export type RequestHeader = (typeof RequestHeader)[keyof typeof RequestHeader];

/** Why a route that does not list the header refuses it. A preference is none of these: it may be passed over. */
const reasons: Partial<Record<RequestHeader, string>> = {
  [RequestHeader.ttl]:
    'the header TTL is for what is stored for a uid: pushes, multicasts, and memberships of groups',
  [RequestHeader.idempotencyKey]:
    'the header Idempotency-Key is for pushes, multicasts and broadcasts; all else may be repeated without it',
};

/** The problem of a request that has a header which its route does not honour. */
export function unhonouredHeader(
  { headers }: Pick<FunctionUrlEvent, 'headers'>,
  honoured: readonly RequestHeader[],
): HttpResponse | undefined {
  for (const name of Object.values(RequestHeader)) {
    const reason = reasons[name];
    if (reason === undefined || headers[name] === undefined || honoured.includes(name)) continue;
    return problemResponse(ProblemCode.invalidRequest, reason);
  }
  return undefined;
}

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

/** The preference of a caller that doesn't want to wait. Source: https://www.rfc-editor.org/rfc/rfc7240#section-4.1 */
const respondAsync = 'respond-async';

/** Whether the header `Prefer` has that preference. Others, and their parameters, are passed over, as the RFC wants. */
export function prefersAsync({ headers }: Pick<FunctionUrlEvent, 'headers'>): boolean {
  const preferences = (headers[RequestHeader.prefer] ?? '').split(',');
  return preferences.some(
    (preference) => /^[^;=]*/.exec(preference.trim().toLowerCase())?.[0].trim() === respondAsync,
  );
}

/** @param isPreferred Whether the caller had that preference. */
export function acceptedResponse(answer: object, isPreferred: boolean): HttpResponse {
  const response = jsonResponse(answer, 202);
  if (!isPreferred) return response;
  return { ...response, headers: { ...response.headers, 'preference-applied': respondAsync } };
}
