import { parseMulticast } from '../../protocol/multicast-request.ts';
import { ProblemCode } from '../../protocol/problem.ts';
import type { MulticastResult } from '../../protocol/push-api.ts';
import { isRefusal } from '../../protocol/refusal.ts';
import { bodyOf, isNdjson } from '../http/request-body.ts';
import { RequestHeader, readIdempotencyKey } from '../http/request-header.ts';
import { readQuery } from '../http/request-url.ts';
import {
  type HttpResponse,
  jsonResponse,
  keyProblemResponse,
  problemResponse,
  refusalResponse,
} from '../http/response.ts';
import type { HttpRequest, Route } from '../http/router.ts';
import { selectionParameters, selectionQuery } from '../http/selection-query.ts';
import { readTtl, withTtl } from '../http/ttl-header.ts';
import { isKeyProblem } from '../idempotency/claim-key.ts';
import { type MulticastOutcome, multicast } from './multicast.ts';

export type MulticastDependencies = Parameters<typeof multicast>[3] & {
  /** The longest that messages are stored; a longer `TTL` is lowered to it. */
  maxTtlSeconds: number;
};

/** `POST /multicast`: one message for many uids. */
export const multicastRoute: Route<MulticastDependencies> = {
  method: 'POST',
  path: '/multicast',
  headers: [RequestHeader.ttl, RequestHeader.idempotencyKey],
  repeatable: selectionParameters,
  takesBody: true,
  async handle({ event, query }: HttpRequest, dependencies): Promise<HttpResponse> {
    const selection = readQuery(query, selectionQuery);
    if ('problem' in selection) return selection.problem;
    const ttl = readTtl(event, dependencies.maxTtlSeconds);
    if ('problem' in ttl) return ttl.problem;
    const key = readIdempotencyKey(event);
    if ('problem' in key) return key.problem;
    // Of another type, what is no UTF-8 would have been replaced before it came here.
    if (!isNdjson(event)) return notNdjson;
    const request = parseMulticast(bodyOf(event));
    if ('code' in request) return problemResponse(request.code, request.detail);
    const options = { ttlSeconds: ttl.seconds, selection: selection.value };
    const outcome = await multicast(request, options, key.idempotencyKey, dependencies);
    if (isKeyProblem(outcome)) return keyProblemResponse(outcome);
    if (isRefusal(outcome)) return refusalResponse(outcome);
    const response = jsonResponse(resultOf(request.uids, outcome));
    return outcome.stored ? withTtl(response, ttl.seconds) : response;
  },
};

function resultOf(uids: readonly string[], outcome: MulticastOutcome): MulticastResult {
  const named = (positions: readonly number[]) => positions.flatMap((position) => uids[position] ?? []);
  return {
    uids: uids.length,
    ...outcome,
    offline: named(outcome.offline),
    unavailable: named(outcome.unavailable),
  };
}

const notNdjson = problemResponse(
  ProblemCode.unsupportedMediaType,
  'a multicast is application/x-ndjson of two lines',
);
