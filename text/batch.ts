import { MAX_MESSAGE_BYTES } from '../protocol/limits.ts';
import type { Line } from '../protocol/line-decoder.ts';
import { parseMessage } from '../protocol/message.ts';
import { type LineResult, wasAccepted } from '../protocol/push-result.ts';
import { isRefusal } from '../protocol/refusal.ts';
import type { BatchLimits } from './limits.ts';

type Answer = 'ok' | 'fail';

const lineEndingBytes = 1;

/**
 * Lines of one sender, in the order in which they are answered. Those that are messages leave together as one request.
 */
export class Batch {
  readonly #limits: BatchLimits;
  readonly #messages: Uint8Array[] = [];
  /** For each line its index among the messages, or its answer: it is no message. */
  readonly #lines: (number | Answer)[] = [];
  #messageBytes = 0;

  constructor(limits: BatchLimits) {
    this.#limits = limits;
  }

  /** The lines that are to be pushed, in order. */
  get messages(): readonly Uint8Array[] {
    return this.#messages;
  }

  get isEmpty(): boolean {
    return this.#lines.length === 0;
  }

  /** Whether one more line fits, however long it is. */
  get hasRoom(): boolean {
    const largest = MAX_MESSAGE_BYTES + lineEndingBytes;
    return (
      this.#lines.length < this.#limits.maxBatchLines &&
      this.#messageBytes + largest <= this.#limits.maxBatchBytes
    );
  }

  add(line: Line): void {
    if (!isMessage(line)) {
      this.addAnswered('fail');
      return;
    }
    this.#lines.push(this.#messages.length);
    // A copy: the line shares memory with the chunk that it came in, which would be kept as long as the line.
    this.#messages.push(new Uint8Array(line.bytes));
    this.#messageBytes += line.bytes.length + lineEndingBytes;
  }

  /** A line that is answered without being pushed. */
  addAnswered(answer: Answer): void {
    this.#lines.push(answer);
  }

  /** One answer line per line. `results` are those of the messages; a message without a result was not delivered. */
  answers(results: readonly LineResult[]): string {
    return this.#lines
      .map((line) => `${typeof line === 'number' ? answerOf(results[line]) : line}\n`)
      .join('');
  }
}

function isMessage(line: Line): line is { bytes: Uint8Array } {
  return 'bytes' in line && !isRefusal(parseMessage(line.bytes));
}

function answerOf(result: LineResult | undefined): Answer {
  return result && wasAccepted(result) ? 'ok' : 'fail';
}
