import { randomBytes, randomUUID } from 'node:crypto';
import type { Socket } from 'node:net';
import type { LineClient } from '../client/backend/line-client.ts';
import type { PushManyOptions } from '../client/backend/options.ts';
import { PushError, PushErrorCode } from '../client/backend/push-error.ts';
import type { Envelope } from '../protocol/envelope.ts';
import { type Line, LineDecoder } from '../protocol/line-decoder.ts';
import type { Log } from '../protocol/log-line.ts';
import { RefusalCode } from '../protocol/refusal.ts';
import { traceIdOf } from '../protocol/trace-context.ts';
import { encodeUtf8 } from '../protocol/utf8.ts';
import { Batch, type BatchResults, type EnvelopeResult } from './batch.ts';
import type { ConnectionLimits } from './limits.ts';
import { isHttpRequestLine, isTlsGreeting } from './other-protocol.ts';
import { SecretGate } from './secret-gate.ts';

type Conditions = {
  client: LineClient;
  /** How long messages are stored; 0: not at all. */
  ttlSeconds: number;
  limits: ConnectionLimits;
  /** Any of these must be the first line. Empty: none is required. */
  secrets: readonly string[];
  log: Log;
  /** Whether each request begins a trace. */
  isTracing: boolean;
};

/**
 * One sender: lines come in, each is answered, in order. Once a line has been received it is pushed and, if the sender
 * is still there, answered.
 *
 *     socket ──chunk──▶ #arriving ──line──▶ #waiting ──batch──▶ client ──results──▶ answers ──▶ socket
 *
 * Nothing grows without bound: while `#waiting` has no room the rest of the chunk stays where it is and the socket is
 * paused; while the sender does not read its answers no further batch is pushed, so `#waiting` has no room before long.
 */
export class LineConnection {
  readonly #socket: Socket;
  readonly #conditions: Conditions;
  readonly #decoder = new LineDecoder();
  readonly #gate: SecretGate;
  /** The lines of the latest chunk that `#waiting` had no room for. */
  #arriving: Iterator<Line> = [].values();
  /** The envelope that `#waiting` had no place for. */
  #held: Line | undefined;
  #waiting: Batch;
  #isAnswering = false;
  #isPushing = false;
  #hasReceived = false;
  /** The sender has ended or left, or we are stopping: no byte is accepted any more. */
  #isEnding = false;
  #finish: () => void = () => {};

  /** The socket is closed and every accepted line has been pushed. */
  readonly finished = new Promise<void>((resolve) => {
    this.#finish = resolve;
  });

  /** `socket` must allow half-open connections: a sender may end before it has its answers. */
  constructor(socket: Socket, conditions: Conditions) {
    this.#socket = socket;
    this.#conditions = conditions;
    this.#waiting = new Batch(conditions.limits);
    this.#gate = new SecretGate(conditions.secrets, conditions.limits.maxRefusedLines);
    this.#closeUnlessOpenSoon();
    socket.setTimeout(conditions.limits.idleTimeoutMs);
    socket.on('data', (chunk) => this.#receive(chunk));
    socket.on('end', () => this.stop());
    socket.on('timeout', () => this.#closeUnlessPushing());
    socket.on('close', () => this.stop());
    // A sender that left without reading resets the connection, which is no error of ours; 'close' follows.
    socket.on('error', () => {});
  }

  /** Accepts no more bytes; closes when every accepted line has been pushed and answered. */
  stop(): void {
    this.#isEnding = true;
    this.#endIfDone();
  }

  /** Closes at once, without the answers that are still to come. */
  destroy(): void {
    this.#socket.destroy();
  }

  #receive(chunk: Uint8Array): void {
    // Bytes that come while we stop are read all the same: closing with unread bytes would reset the connection, and
    // the sender could lose answers that it hasn't read yet (RFC 9293, section 3.10.4).
    if (this.#isEnding) return;
    if (!this.#hasReceived && isTlsGreeting(chunk)) {
      this.stop();
      return;
    }
    this.#hasReceived = true;
    this.#arriving = this.#decoder.push(chunk);
    this.#takeLines();
    void this.#answerLines();
  }

  #takeLines(): void {
    while (this.#waiting.hasRoom) {
      const line = this.#held ?? this.#nextLine();
      if (line === undefined) {
        this.#socket.resume();
        return;
      }
      this.#held = this.#take(line) ? undefined : line;
      if (this.#held) break;
    }
    this.#socket.pause();
  }

  #nextLine(): Line | undefined {
    const { value, done } = this.#arriving.next();
    return done ? undefined : value;
  }

  /** Returns whether the line is taken; an envelope may have to wait for the next batch. */
  #take(line: Line): boolean {
    if (isHttpRequestLine(line)) {
      this.#waiting.addAnswered('fail');
      this.#takeNoMore();
    } else if (this.#gate.isOpen) {
      return this.#waiting.add(line);
    } else {
      this.#waiting.addAnswered(this.#gate.tryLine(line) ? 'ok' : 'fail');
      if (this.#gate.isShut) this.#takeNoMore();
    }
    return true;
  }

  /** The lines taken so far are answered, then the connection ends. */
  #takeNoMore(): void {
    this.#arriving = [].values();
    this.#isEnding = true;
  }

  /** One batch at a time, so that the lines of one sender keep their order. Never rejects. */
  async #answerLines(): Promise<void> {
    if (this.#isAnswering) return;
    this.#isAnswering = true;
    while (!this.#waiting.isEmpty) {
      const batch = this.#waiting;
      this.#waiting = new Batch(this.#conditions.limits);
      this.#takeLines();
      await this.#send(batch.answers(await this.#push(batch)));
    }
    this.#isAnswering = false;
    this.#endIfDone();
  }

  async #push({ messages, envelope }: Batch): Promise<BatchResults> {
    if (messages.length === 0 && envelope === undefined) return {};
    const { client, ttlSeconds, log, isTracing } = this.#conditions;
    const correlationId = randomUUID();
    const traceparent = isTracing ? newTraceparent() : undefined;
    const trace = traceparent === undefined ? {} : { traceId: traceIdOf(traceparent) };
    log.debug('push', { correlationId, ...trace, lines: envelope ? 1 : messages.length });
    this.#isPushing = true;
    const options = { ttlSeconds, correlationId, ...(traceparent !== undefined && { traceparent }) };
    try {
      return envelope === undefined
        ? { messages: await client.pushMany(messages, options) }
        : { envelope: await sendEnvelope(client, envelope, options) };
    } catch (error) {
      if (!isMistake(error, envelope)) log.error('push-failed', fieldsOf(error));
      return {};
    } finally {
      this.#isPushing = false;
    }
  }

  async #send(answers: string): Promise<void> {
    if (this.#socket.writable && !this.#socket.write(answers)) await drainedOrClosed(this.#socket);
  }

  /** A sender without the secret does not hold one of the connections for long. */
  #closeUnlessOpenSoon(): void {
    if (this.#gate.isOpen) return;
    const close = () => {
      if (!this.#gate.isOpen) this.destroy();
    };
    const timer = setTimeout(close, this.#conditions.limits.secretTimeoutMs);
    this.#socket.once('close', () => clearTimeout(timer));
  }

  #endIfDone(): void {
    if (!this.#isEnding || this.#isAnswering) return;
    if (this.#socket.destroyed) {
      this.#finish();
    } else if (this.#socket.writable) {
      const { lingerMs } = this.#conditions.limits;
      this.#socket.end(() => this.#socket.setTimeout(lingerMs));
    }
  }

  /**
   * While a request is under way the sender waits for us; its answer will be the next activity, and starts the time
   * again.
   */
  #closeUnlessPushing(): void {
    if (!this.#isPushing) this.destroy();
  }
}

function drainedOrClosed(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      socket.off('drain', done).off('close', done);
      resolve();
    };
    socket.on('drain', done).on('close', done);
  });
}

function sendEnvelope(
  client: LineClient,
  envelope: Envelope,
  options: PushManyOptions,
): Promise<EnvelopeResult> {
  const { selection } = envelope;
  if ('lines' in envelope)
    return client.multicastLines(encodeUtf8(envelope.lines), { ...options, ...selection });
  // What is pushed to a group is not stored.
  const { ttlSeconds, ...others } = options;
  return client.pushToGroup(envelope.group, encodeUtf8(envelope.message), { ...others, ...selection });
}

/** A uid, or a group, of an envelope that can't be one is its sender's: of a group the client's `TypeError` says it. */
function isMistake(error: unknown, envelope: Envelope | undefined): boolean {
  if (error instanceof PushError) return error.code === RefusalCode.unusableUid;
  return error instanceof TypeError && envelope !== undefined && 'group' in envelope;
}

/** Log fields of a push that failed; of its detail nothing but AWS's type of error. */
function fieldsOf(error: unknown): Record<string, string | number> {
  if (!(error instanceof PushError)) return { code: 'unknown' };
  const { code, status, detail = '', correlationId = '' } = error;
  const [awsType] = (code === PushErrorCode.unexpectedStatus && /^[A-Z]\w{0,63}(?=:|$)/.exec(detail)) || [];
  return { code, ...(status && { status }), ...(awsType && { error: awsType }), correlationId };
}

/** A line has no headers, so a trace begins here. Its flags say that it is recorded. */
function newTraceparent(): string {
  return `00-${randomBytes(16).toString('hex')}-${randomBytes(8).toString('hex')}-01`;
}
