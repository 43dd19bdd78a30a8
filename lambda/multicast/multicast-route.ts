import type { MulticastResult } from '../../protocol/answers/multicast.ts';
import { parseMulticast } from '../../protocol/multicast-request.ts';
import { ProblemCode } from '../../protocol/problem.ts';
import { isRefusal } from '../../protocol/refusal.ts';
import { bodyOf, isNdjson } from '../http/request-body.ts';
import { acceptedResponse, prefersAsync, RequestHeader } from '../http/request-header.ts';
import {
  type HttpResponse,
  jsonResponse,
  keyProblemResponse,
  problemResponse,
  refusalResponse,
} from '../http/response.ts';
import type { HttpRequest, Route } from '../http/router.ts';
import { isKeyProblem } from '../idempotency/claim-key.ts';
import { readPushOptions, routeWithPushOptions, withTtl } from '../push/push-options.ts';
import { multicast } from './multicast.ts';
import type { MulticastOutcome } from './push-to-all.ts';

export type MulticastDependencies = Parameters<typeof multicast>[4] & {
  /** The longest that messages are stored; a longer `TTL` is lowered to it. */
  maxTtlSeconds: number;
};

/** `POST /multicast`: one message for many uids. */
export const multicastRoute: Route<MulticastDependencies> = {
  method: 'POST',
  path: '/multicast',
  ...routeWithPushOptions,
  headers: [...routeWithPushOptions.headers, RequestHeader.prefer],
  async handle(httpRequest: HttpRequest, dependencies): Promise<HttpResponse> {
    const read = readPushOptions(httpRequest, dependencies.maxTtlSeconds);
    if ('problem' in read) return read.problem;
    const { options, idempotencyKey } = read;
    const { event } = httpRequest;
    // Of another type, what is no UTF-8 would have been replaced before it came here.
    if (!isNdjson(event)) return notNdjson;
    const request = parseMulticast(bodyOf(event));
    if ('code' in request) return problemResponse(request.code, request.detail);
    const prefersBackground = prefersAsync(event);
    const answer = await multicast(request, options, idempotencyKey, prefersBackground, dependencies);
    if (isKeyProblem(answer)) return keyProblemResponse(answer);
    if (isRefusal(answer)) return refusalResponse(answer);
    if ('multicast' in answer) return acceptedResponse(answer, prefersBackground);
    const response = jsonResponse(resultOf(request.uids, answer));
    return answer.stored ? withTtl(response, options.ttlSeconds) : response;
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
