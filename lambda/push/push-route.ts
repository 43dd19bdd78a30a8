import type { LineResult } from '../../protocol/answers/push.ts';
import { MAX_LINES_PER_REQUEST } from '../../protocol/limits.ts';
import { linesButBlankOnes } from '../../protocol/line-decoder.ts';
import { type Message, parseMessage, tooLarge } from '../../protocol/message.ts';
import { ProblemCode } from '../../protocol/problem.ts';
import { isRefusal, type Refusal, RefusalCode, refuse } from '../../protocol/refusal.ts';
import type { FunctionUrlEvent } from '../http/function-url-event.ts';
import { bodyOf, isNdjson } from '../http/request-body.ts';
import {
  type HttpResponse,
  jsonResponse,
  keyProblemResponse,
  ndjsonResponse,
  problemResponse,
  refusalResponse,
} from '../http/response.ts';
import type { HttpRequest, Route } from '../http/router.ts';
import { isKeyProblem } from '../idempotency/claim-key.ts';
import { type PushDependencies, pushMessages, pushOne } from './push-messages.ts';
import { type PushOptions, readPushOptions, routeWithPushOptions, withTtl } from './push-options.ts';

export type PushRouteDependencies = PushDependencies & {
  /** The longest that messages are stored; a longer `TTL` is lowered to it. */
  maxTtlSeconds: number;
};

/** `POST /push`. NDJSON is many messages; a body of any other type is one. */
export const pushRoute: Route<PushRouteDependencies> = {
  method: 'POST',
  path: '/push',
  ...routeWithPushOptions,
  async handle(request: HttpRequest, dependencies): Promise<HttpResponse> {
    const read = readPushOptions(request, dependencies.maxTtlSeconds);
    if ('problem' in read) return read.problem;
    const { options, idempotencyKey } = read;
    const { event } = request;
    if (!isNdjson(event)) return one(event, options, idempotencyKey, dependencies);
    if (idempotencyKey === undefined) return many(event, options, dependencies);
    return problemResponse(ProblemCode.invalidRequest, 'the header Idempotency-Key is for a single message');
  },
};

async function one(
  event: FunctionUrlEvent,
  { ttlSeconds, selection }: PushOptions,
  idempotencyKey: string | undefined,
  dependencies: PushDependencies,
): Promise<HttpResponse> {
  const message = parseMessage(bodyOf(event));
  if (isRefusal(message)) return refusalResponse(message);
  const addressed = { ...message, ...(selection && { selection }) };
  const result = await pushOne(addressed, ttlSeconds, idempotencyKey, dependencies);
  if (isKeyProblem(result)) return keyProblemResponse(result);
  return isRefusal(result) ? refusalResponse(result) : storedFor(jsonResponse(result), [result], ttlSeconds);
}

/**
 * NDJSON: a message per line. One result per line, in order; a bad line is answered in its place and affects no other.
 * A blank line is no line: it has no result and doesn't count.
 */
async function many(
  event: FunctionUrlEvent,
  { ttlSeconds, selection }: PushOptions,
  dependencies: PushDependencies,
): Promise<HttpResponse> {
  const lines = readLines(bodyOf(event));
  if (lines === undefined) return refusalResponse(tooManyLines);
  const messages = lines.filter((line): line is Message => !isRefusal(line));
  const addressed = messages.map((message) => ({ ...message, ...(selection && { selection }) }));
  const pushed = (await pushMessages(addressed, ttlSeconds, dependencies)).values();
  const results = lines.map((line) => (isRefusal(line) ? line : takeNext(pushed)));
  return storedFor(ndjsonResponse(results), results, ttlSeconds);
}

/** Returns `undefined` when there are more lines than a request may have. */
function readLines(body: Uint8Array): (Message | Refusal)[] | undefined {
  const lines: (Message | Refusal)[] = [];
  for (const line of linesButBlankOnes(body)) {
    if (lines.length === MAX_LINES_PER_REQUEST) return undefined;
    lines.push('bytes' in line ? parseMessage(line.bytes) : tooLarge());
  }
  return lines;
}

const tooManyLines = refuse(
  RefusalCode.tooLarge,
  `a request may have ${MAX_LINES_PER_REQUEST} lines; this one has more`,
);

function takeNext(results: Iterator<LineResult>): LineResult {
  const next = results.next();
  if (next.done) throw new Error('A push must have a result for each message.');
  return next.value;
}

function storedFor(response: HttpResponse, results: readonly LineResult[], ttlSeconds: number): HttpResponse {
  return results.some((result) => 'stored' in result) ? withTtl(response, ttlSeconds) : response;
}
