import * as v from 'valibot';
import type { LineResult } from '../../protocol/answers/push.ts';
import { parseJson } from '../../protocol/json-text.ts';
import { MAX_UID_BYTES } from '../../protocol/limits.ts';
import { decodeUtf8 } from '../../protocol/utf8.ts';
import { pushResult, refusal } from './answers.ts';
import { pushManyParts } from './call-options.ts';
import type { HttpClient } from './http-client.ts';
import { messageLines, type PushMessage } from './message-bytes.ts';
import type { PushManyOptions } from './options.ts';
import { PushError, PushErrorCode } from './push-error.ts';

/** Pushes many messages by one request, a line each. Resolves to their results, in order. */
export async function pushMany(
  http: HttpClient,
  messages: readonly PushMessage[],
  options: PushManyOptions = {},
): Promise<LineResult[]> {
  const { query, ...parts } = pushManyParts(options);
  if (!Array.isArray(messages)) throw new TypeError('pushMany: the messages are not an array.');
  if (messages.length === 0) return [];
  const answer = await http.request({
    method: 'POST',
    path: `push${query}`,
    body: { contentType: 'application/x-ndjson', bytes: messageLines(messages) },
    ...parts,
    maxAnswerBytes: maxResultsBytes(messages.length),
  });
  return parseLineResults(answer, messages.length);
}

/** JSON may write a byte as six (`\u0001`); the rest of a result, and a refusal, fit in 1,024. */
const maxResultBytes = 6 * MAX_UID_BYTES + 1_024;

/** The most bytes that the results of `lines` lines can have. */
export function maxResultsBytes(lines: number): number {
  return lines * maxResultBytes;
}

/** Reads the NDJSON answer to `lines` lines. */
function parseLineResults(answer: Uint8Array, lines: number): LineResult[] {
  const text = decodeUtf8(answer);
  if (text === undefined) throw unexpected('The answer is not UTF-8.');
  const answered = text.split('\n');
  if (answered.at(-1) === '') answered.pop();
  if (answered.length !== lines) {
    throw unexpected(`The answer to ${lines} lines has ${answered.length}.`);
  }
  return answered.map(parseLineResult);
}

function parseLineResult(line: string, index: number): LineResult {
  const value = parseJson(line);
  if (!isLineResult(value)) throw unexpected(`Line ${index} of the answer, counted from 0, is not a result.`);
  return value;
}

function isLineResult(value: unknown): value is LineResult {
  return v.is(pushResult, value) !== v.is(refusal, value);
}

function unexpected(message: string): PushError {
  return new PushError(PushErrorCode.unexpectedAnswer, message);
}
