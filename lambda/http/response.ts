import { STATUS_CODES } from 'node:http';
import type { LineResult } from '../../protocol/answers/push.ts';
import { ProblemCode, statusOfProblem } from '../../protocol/problem.ts';
import type { Refusal } from '../../protocol/refusal.ts';
import type { KeyProblem } from '../idempotency/claim-key.ts';

export type HttpResponse = { statusCode: number; headers: Record<string, string>; body: string };

export const ndjsonMediaType = 'application/x-ndjson';
const jsonMediaType = 'application/json';

export function jsonResponse(value: object, statusCode = 200): HttpResponse {
  return respond(statusCode, jsonMediaType, JSON.stringify(value));
}

/** For an answer that repeats JSON verbatim. */
export function jsonTextResponse(json: string): HttpResponse {
  return respond(200, jsonMediaType, json);
}

/** One line per result, each with its ending. */
export function ndjsonResponse(results: readonly LineResult[]): HttpResponse {
  const lines = results.map((result) => `${JSON.stringify(result)}\n`);
  return respond(200, ndjsonMediaType, lines.join(''));
}

/**
 * An error as RFC 9457 has it. `code` is stable and is what programs compare; `detail` is for people, and never a part
 * of what was sent. There is no `type`, which means `about:blank`: the status says what kind of problem it is, and
 * `title` is its phrase.
 */
export function problemResponse(
  code: ProblemCode,
  detail: string,
  headers: Record<string, string> = {},
): HttpResponse {
  const status = statusOfProblem[code];
  const body = JSON.stringify({ title: STATUS_CODES[status], status, code, detail });
  const response = respond(status, 'application/problem+json', body);
  return { ...response, headers: { ...response.headers, ...headers } };
}

export function refusalResponse({ code, detail }: Refusal): HttpResponse {
  return problemResponse(code, detail);
}

/** A caller that comes again too early waits for the answer that is being made. */
const retryAfterSeconds = '1';

export function keyProblemResponse({ code, detail }: KeyProblem): HttpResponse {
  const headers = code === ProblemCode.idempotencyKeyInUse ? { 'retry-after': retryAfterSeconds } : {};
  return problemResponse(code, detail, headers);
}

/** Returns a time (milliseconds since the epoch) as answers have it: ISO 8601 in UTC, with milliseconds. */
export function isoTime(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}

function respond(statusCode: number, contentType: string, body: string): HttpResponse {
  return { statusCode, headers: { 'content-type': contentType }, body };
}
