import type { LineResult } from '../../protocol/push-result.ts';
import { maxResultsBytes, parseLineResults } from './line-results.ts';
import { createSendRequest, type PushClientOptions, type SendRequest } from './send-request.ts';

/** A backend's way to the push URL. */
export type PushClient = {
  /**
   * Pushes messages, one per line: bytes of UTF-8 without a line ending, sent verbatim. One result per line, in order. Throws a
   * `PushError` when there is no answer, and a `TypeError` when a line has a line break in it.
   */
  pushMany(lines: readonly Uint8Array[]): Promise<LineResult[]>;
};

export function createPushClient(options: PushClientOptions): PushClient {
  const sendRequest = createSendRequest(options);
  return {
    pushMany: (lines) => pushMany(sendRequest, lines),
  };
}

async function pushMany(sendRequest: SendRequest, lines: readonly Uint8Array[]): Promise<LineResult[]> {
  if (lines.length === 0) return [];
  const answer = await sendRequest({
    method: 'POST',
    path: 'push',
    contentType: 'application/x-ndjson',
    body: withEndings(lines),
    maxAnswerBytes: maxResultsBytes(lines.length),
  });
  return parseLineResults(answer, lines.length);
}

const newline = new Uint8Array([0x0a]);

function withEndings(lines: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  // One line with a break in it would be answered as two, and every result after it would belong to another line.
  const broken = lines.findIndex((line) => line.includes(0x0a));
  if (broken !== -1) throw new TypeError(`Line ${broken}, counted from 0, has a line break in it.`);
  return Buffer.concat(lines.flatMap((line) => [line, newline]));
}
