import { type Line, LineDecoder } from '../protocol/line-decoder.ts';
import { Batch } from './batch.ts';
import type { ConnectionLimits } from './limits.ts';
import { isHttpRequestLine, isTlsGreeting } from './other-protocol.ts';
import { SecretGate } from './secret-gate.ts';

/**
 * What one sender has sent and nobody has pushed yet. Bytes come in, batches of lines go out:
 *
 *     chunk ──▶ decoder ──line──▶ gate ──▶ batch, until it is full ──▶ takeBatch
 *
 * It has one batch, and of the latest chunk the lines that the batch had no room for. While there are such lines it is
 * full, and no further chunk may come.
 */
export class LineIntake {
  /** Whether it can take no further chunk until a batch was taken. */
  isFull = false;
  /** Whether the sender is one that must not be served: what is in the batch is answered, and nothing after it. */
  isOver = false;
  readonly #limits: ConnectionLimits;
  readonly #decoder = new LineDecoder();
  readonly #gate: SecretGate;
  /** Lines of the latest chunk that are not in the batch yet. */
  #arriving: Iterator<Line> = [].values();
  /** The first of them, if it was looked at: an envelope, which has no place beside messages. */
  #next: Line | undefined;
  #batch: Batch;
  #hasReceived = false;

  /** Any of `secrets` must be the first line; none: no secret is asked for. */
  constructor(secrets: readonly string[], limits: ConnectionLimits) {
    this.#limits = limits;
    this.#gate = new SecretGate(secrets, limits.maxRefusedLines);
    this.#batch = new Batch(limits);
  }

  /** Whether the secret has yet to come. */
  get awaitsSecret(): boolean {
    return !this.#gate.isOpen;
  }

  get isEmpty(): boolean {
    return this.#batch.isEmpty;
  }

  /** Only while it is not full. */
  receive(chunk: Uint8Array): void {
    if (!this.#hasReceived && isTlsGreeting(chunk)) {
      this.isOver = true;
      return;
    }
    this.#hasReceived = true;
    this.#arriving = this.#decoder.push(chunk);
    this.#fill();
  }

  /** Returns the lines so far. Those that had no room among them are in the next batch. */
  takeBatch(): Batch {
    const batch = this.#batch;
    this.#batch = new Batch(this.#limits);
    this.#fill();
    return batch;
  }

  /** Takes lines until there are no more, or no room for one. */
  #fill(): void {
    while (this.#batch.hasRoom) {
      const line = this.#next ?? this.#nextLine();
      this.#next = undefined;
      if (line === undefined) {
        this.isFull = false;
        return;
      }
      if (!this.#take(line)) {
        this.#next = line;
        break;
      }
    }
    this.isFull = true;
  }

  #nextLine(): Line | undefined {
    const { value, done } = this.#arriving.next();
    return done ? undefined : value;
  }

  /** Returns whether the line is taken; an envelope may have to wait for the next batch. */
  #take(line: Line): boolean {
    if (isHttpRequestLine(line)) {
      this.#batch.addAnswered('fail');
      this.#end();
    } else if (this.#gate.isOpen) {
      return this.#batch.add(line);
    } else {
      this.#batch.addAnswered(this.#gate.tryLine(line) ? 'ok' : 'fail');
      if (this.#gate.isShut) this.#end();
    }
    return true;
  }

  #end(): void {
    this.#arriving = [].values();
    this.isOver = true;
  }
}
