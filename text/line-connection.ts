import type { Socket } from 'node:net';
import type { ConnectionLimits } from './limits.ts';
import { LineIntake } from './line-intake.ts';
import { type PushConditions, pushBatch } from './push-batch.ts';

export type LineConditions = PushConditions & {
  limits: ConnectionLimits;
  /** Any of these must be the first line. Empty: none is required. */
  secrets: readonly string[];
};

/**
 * One sender: lines come in, each is answered, in order. Once a line has been received it is pushed and, if the sender
 * is still there, answered.
 *
 *     socket ──chunk──▶ intake ──batch──▶ push URL ──results──▶ answers ──▶ socket
 *
 * Nothing grows without bound: while the intake is full the socket is paused; while the sender does not read its
 * answers no further batch is pushed, so the intake is full before long.
 */
export class LineConnection {
  readonly #socket: Socket;
  readonly #conditions: LineConditions;
  readonly #intake: LineIntake;
  #isAnswering = false;
  #isPushing = false;
  /** The sender has ended or left, or we are stopping: no byte is accepted any more. */
  #isEnding = false;
  #finish: () => void = () => {};

  /** The socket is closed and every accepted line has been pushed. */
  readonly finished = new Promise<void>((resolve) => {
    this.#finish = resolve;
  });

  /** `socket` must allow half-open connections: a sender may end before it has its answers. */
  constructor(socket: Socket, conditions: LineConditions) {
    this.#socket = socket;
    this.#conditions = conditions;
    this.#intake = new LineIntake(conditions.secrets, conditions.limits);
    this.#closeWithoutSecret();
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
    this.#intake.receive(chunk);
    this.#followIntake();
    void this.#answerLines();
  }

  /** Reads on only while there is room for what comes. */
  #followIntake(): void {
    if (this.#intake.isFull) this.#socket.pause();
    else this.#socket.resume();
    if (this.#intake.isOver) this.#isEnding = true;
  }

  /** One batch at a time, so that the lines of one sender keep their order. Never rejects. */
  async #answerLines(): Promise<void> {
    if (this.#isAnswering) return;
    this.#isAnswering = true;
    while (!this.#intake.isEmpty) {
      const batch = this.#intake.takeBatch();
      this.#followIntake();
      this.#isPushing = true;
      const results = await pushBatch(batch, this.#conditions);
      this.#isPushing = false;
      await this.#send(batch.answers(results));
    }
    this.#isAnswering = false;
    this.#endIfDone();
  }

  async #send(answers: string): Promise<void> {
    if (this.#socket.writable && !this.#socket.write(answers)) await drainedOrClosed(this.#socket);
  }

  /** Ends the wait for the secret: a sender without it does not hold one of the connections for long. */
  #closeWithoutSecret(): void {
    if (!this.#intake.awaitsSecret) return;
    const close = () => {
      if (this.#intake.awaitsSecret) this.destroy();
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
