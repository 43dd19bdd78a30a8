import type { LineResult } from '../../protocol/push-result.ts';
import { type Refusal, RefusalCode } from '../../protocol/refusal.ts';
import type { HttpResponse } from './function-url-event.ts';

export const ndjsonMediaType = 'application/x-ndjson';

const statusOfRefusal: Record<RefusalCode, number> = {
  [RefusalCode.invalidUtf8]: 400,
  [RefusalCode.invalidJson]: 400,
  [RefusalCode.notAnObject]: 400,
  [RefusalCode.unusableUid]: 400,
  [RefusalCode.tooLarge]: 413,
  [RefusalCode.unavailable]: 503,
};

export function jsonResponse(value: object): HttpResponse {
  return respond(200, 'application/json', JSON.stringify(value));
}

/** One line per result, each with its ending. */
export function ndjsonResponse(results: readonly LineResult[]): HttpResponse {
  const lines = results.map((result) => `${JSON.stringify(result)}\n`);
  return respond(200, ndjsonMediaType, lines.join(''));
}

export function refusalResponse(refusal: Refusal): HttpResponse {
  return problemResponse(statusOfRefusal[refusal.code], refusal.code, refusal.detail);
}

/** An error as RFC 9457 has it. `code` is stable and is what programs compare. */
export function problemResponse(status: number, code: string, detail: string): HttpResponse {
  return respond(status, 'application/problem+json', JSON.stringify({ status, code, detail }));
}

function respond(statusCode: number, contentType: string, body: string): HttpResponse {
  return { statusCode, headers: { 'content-type': contentType }, body };
}
