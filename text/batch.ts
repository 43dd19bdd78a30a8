import type { GroupPushAccepted, GroupPushResult } from '../protocol/answers/groups.ts';
import type { MulticastResult } from '../protocol/answers/multicast.ts';
import { type LineResult, wasAccepted } from '../protocol/answers/push.ts';
import { type Envelope, parseEnvelope } from '../protocol/envelope.ts';
import { MAX_MESSAGE_BYTES } from '../protocol/limits.ts';
import type { Line } from '../protocol/line-decoder.ts';
import { parseMessage } from '../protocol/message.ts';
import { isRefusal, RefusalCode } from '../protocol/refusal.ts';
import type { BatchLimits } from './limits.ts';

type Answer = 'ok' | 'fail';

export type EnvelopeResult = MulticastResult | GroupPushResult | GroupPushAccepted;

/** Results of a batch's request. A message, or the envelope, without one was not delivered. */
export type BatchResults = { messages?: readonly LineResult[]; envelope?: EnvelopeResult };

const lineEndingBytes = 1;

/**
 * Lines of one sender, in the order in which they are answered. Those that are messages leave together as one request;
 * an envelope is a request of its own.
 */
export class Batch {
  readonly #limits: BatchLimits;
  readonly #messages: Uint8Array[] = [];
  #envelope: Envelope | undefined;
  /** For each line its index among the messages, that it is the envelope, or its answer: it is neither. */
  readonly #lines: (number | 'envelope' | Answer)[] = [];
  #messageBytes = 0;

  constructor(limits: BatchLimits) {
    this.#limits = limits;
  }

  /** The lines that are to be pushed, in order. */
  get messages(): readonly Uint8Array[] {
    return this.#messages;
  }

  /** The only line that is to be pushed, where that is an envelope. */
  get envelope(): Envelope | undefined {
    return this.#envelope;
  }

  get isEmpty(): boolean {
    return this.#lines.length === 0;
  }

  /** Whether one more line fits, however long it is. */
  get hasRoom(): boolean {
    const largest = MAX_MESSAGE_BYTES + lineEndingBytes;
    return (
      this.#envelope === undefined &&
      this.#lines.length < this.#limits.maxBatchLines &&
      this.#messageBytes + largest <= this.#limits.maxBatchBytes
    );
  }

  /** Returns whether it took the line: an envelope has no place beside messages. */
  add(line: Line): boolean {
    const read = 'bytes' in line ? readLine(line.bytes) : undefined;
    if (read === undefined) this.addAnswered('fail');
    else if (!(read instanceof Uint8Array)) return this.#addEnvelope(read);
    else this.#addMessage(read);
    return true;
  }

  #addMessage(bytes: Uint8Array): void {
    this.#lines.push(this.#messages.length);
    // A copy: the line shares memory with the chunk that it came in, which would be kept as long as the line.
    this.#messages.push(new Uint8Array(bytes));
    this.#messageBytes += bytes.length + lineEndingBytes;
  }

  #addEnvelope(envelope: Envelope): boolean {
    if (this.#messages.length > 0) return false;
    this.#lines.push('envelope');
    this.#envelope = envelope;
    return true;
  }

  /** A line that is answered without being pushed. */
  addAnswered(answer: Answer): void {
    this.#lines.push(answer);
  }

  /** One answer line per line. */
  answers({ messages = [], envelope }: BatchResults): string {
    return this.#lines
      .map((line) => {
        if (typeof line === 'number') return `${answerOf(messages[line])}\n`;
        return `${line === 'envelope' ? this.#answerToEnvelope(envelope) : line}\n`;
      })
      .join('');
  }

  #answerToEnvelope(result: EnvelopeResult | undefined): string {
    if (result === undefined) return 'fail';
    if (this.#envelope?.wantsCounts) return JSON.stringify(result);
    // One to a large group has begun.
    if ('multicast' in result) return 'ok';
    const stored = 'stored' in result ? result.stored : 0;
    return result.delivered > 0 || stored > 0 ? 'ok' : 'fail';
  }
}

/** Returns the bytes of a message, or an envelope; `undefined` for a line that is neither. */
function readLine(bytes: Uint8Array): Uint8Array | Envelope | undefined {
  const message = parseMessage(bytes);
  if (!isRefusal(message)) return bytes;
  return message.code === RefusalCode.unusableUid ? parseEnvelope(bytes) : undefined;
}

function answerOf(result: LineResult | undefined): Answer {
  return result && wasAccepted(result) ? 'ok' : 'fail';
}
