import { MAX_LINES_PER_REQUEST } from '../../protocol/limits.ts';
import { isBlank, LineDecoder } from '../../protocol/line-decoder.ts';
import { type Message, parseMessage, tooLarge } from '../../protocol/message.ts';
import type { LineResult } from '../../protocol/push-result.ts';
import { isRefusal, type Refusal, RefusalCode, refuse } from '../../protocol/refusal.ts';
import type { KeyProblem } from '../idempotency/do-once.ts';

/** Pushes messages; one result per message, in order. `ttlSeconds`: how long they are kept; 0: not at all. */
export type PushMany = (messages: readonly Message[], ttlSeconds: number) => Promise<LineResult[]>;

/** Pushes one message; with an idempotency key, once. */
export type PushOne = (
  message: Message,
  ttlSeconds: number,
  idempotencyKey?: string,
) => Promise<LineResult | KeyProblem>;

/**
 * NDJSON: a message per line. One result per line, in order; a bad line is answered in its place and affects no other. A blank line is
 * no line: it has no result and doesn't count.
 */
export async function pushLines(
  body: Uint8Array,
  push: (messages: readonly Message[]) => Promise<LineResult[]>,
): Promise<LineResult[] | Refusal> {
  const lines = readLines(body);
  if (lines === undefined) {
    return refuse(
      RefusalCode.tooLarge,
      `a request may have ${MAX_LINES_PER_REQUEST} lines; this one has more`,
    );
  }
  const messages: Message[] = [];
  for (const line of lines) if (!isRefusal(line)) messages.push(line);
  const results = (await push(messages)).values();
  return lines.map((line) => (isRefusal(line) ? line : takeNext(results)));
}

/** `undefined` when there are more lines than a request may have. */
function readLines(body: Uint8Array): (Message | Refusal)[] | undefined {
  const lines: (Message | Refusal)[] = [];
  for (const line of LineDecoder.linesOf(body)) {
    if ('bytes' in line && isBlank(line.bytes)) continue;
    if (lines.length === MAX_LINES_PER_REQUEST) return undefined;
    lines.push('bytes' in line ? parseMessage(line.bytes) : tooLarge());
  }
  return lines;
}

function takeNext(results: Iterator<LineResult>): LineResult {
  const next = results.next();
  if (next.done) throw new Error('A push must have a result for each message.');
  return next.value;
}
