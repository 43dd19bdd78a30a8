import type { Environment } from './environment.ts';
import {
  type Checked,
  checkFrame,
  parseFrame,
  pingFrame,
  type Registration,
  type Replayed,
  registerFrame,
  replayFrame,
} from './frames.ts';
import type { Message } from './options.ts';
import { onBlocked } from './page-events.ts';
import { PartJoiner } from './part-joiner.ts';
import type { SessionEnd, SessionEvents, SessionOptions } from './session-events.ts';
import { sleepProofTimer } from './sleep-proof-timer.ts';
import { passingTrouble, TroubleReason } from './trouble.ts';
import type { WebSocketLike } from './websocket.ts';

/**
 * Every nth test of a connection asks whether it is still registered, so a page whose rows were lost is registered
 * again within n heartbeats. The other tests are pings, which API Gateway answers by itself; a check is a function that
 * reads the tables.
 */
export const TESTS_PER_CHECK = 3;

/** Of the socket's opening, the answer to `register`, any frame after a ping, and the answer to `replay`, each. */
const deadlineMs = 10_000;

/**
 * One socket's life: open, register, registered, tested when it is silent, ended. Reports events; its owner decides
 * what to do.
 *
 * @throws what the WebSocket constructor throws
 */
export class SocketSession {
  readonly #socket: WebSocketLike;
  readonly #options: SessionOptions;
  readonly #environment: Environment;
  readonly #events: SessionEvents;
  readonly #parts = new PartJoiner();
  #since: number | undefined;
  #tests = 0;
  #phase: 'opening' | 'registering' | 'registered' | 'tested' | 'leaving' | 'ended' = 'opening';
  #lastReceived = 0;
  /**
   * The replay that is not answered yet; of several, the one that asks for the most, and when the newest was asked for.
   * There was no room for what came after `limit`.
   */
  #asked: { since: number; at: number; limit: number } | undefined;
  /** At each time there is one thing to wait for. */
  #cancelTimer = () => {};
  readonly #stopWatching: () => void;
  #blocked: Error | undefined;

  constructor(options: SessionOptions, environment: Environment, events: SessionEvents) {
    this.#options = options;
    this.#environment = environment;
    this.#events = events;
    this.#socket = new options.WebSocket(options.url);
    this.#socket.addEventListener('open', () => this.#opened());
    this.#socket.addEventListener('message', ({ data }) => this.#received(data));
    this.#socket.addEventListener('close', () => this.#closed());
    // No close follows the error of a socket that the page's Content-Security-Policy blocks (seen in Chromium 147).
    this.#socket.addEventListener('error', ({ error }) => this.#closed(error));
    this.#stopWatching = onBlocked(environment.page, (cause) => {
      this.#blocked = cause;
    });
    this.#setDeadline();
  }

  /**
   * Tests the connection if nothing was received for `silenceMs`. Its own timer does so too, but is late when the
   * computer slept.
   */
  test(silenceMs: number = this.#options.heartbeatMs): void {
    if (this.#phase !== 'registered') return;
    const left = this.#lastReceived + silenceMs - this.#environment.clock.elapsed();
    if (left > 0) {
      this.#testIn(left);
      return;
    }
    this.#phase = 'tested';
    this.#setDeadline();
    const since = this.#events.heartbeatSince();
    // A replay is refused where the registration was lost, so it is a check, too.
    if (since !== undefined && this.replay(since)) return;
    this.#tests += 1;
    this.#socket.send(this.#tests % TESTS_PER_CHECK === 0 ? checkFrame : pingFrame);
  }

  /** Registers on the same socket, after `unregistered`. */
  register(credential: string, since: number | undefined): void {
    if (this.#phase !== 'registered' && this.#phase !== 'tested') return;
    this.#register(credential, since, true);
  }

  /** Whether a test has no answer yet. */
  get isInDoubt(): boolean {
    return this.#phase === 'tested';
  }

  /** Asks for the stored messages after `since`. Returns false when the answer to an earlier replay may still come. */
  replay(since: number): boolean {
    const now = this.#environment.clock.elapsed();
    if (this.#asked && now - this.#asked.at < deadlineMs) return false;
    const { since: first = since, limit = Number.POSITIVE_INFINITY } = this.#asked ?? {};
    this.#asked = { since: Math.min(since, first), at: now, limit };
    this.#socket.send(replayFrame(since));
    return true;
  }

  /** Only once it has registered. A session that has ended sends nothing. */
  send(frame: string): void {
    this.#socket.send(frame);
  }

  get isClosed(): boolean {
    return this.#phase === 'ended';
  }

  /** Goes on receiving for a while, then closes. */
  closeIn(milliseconds: number): void {
    this.#phase = 'leaving';
    this.#setTimer(this.#environment.clock.after(milliseconds, () => this.close()));
  }

  close(): void {
    this.#phase = 'ended';
    this.#cancelTimer();
    this.#stopWatching();
    this.#socket.close();
  }

  #opened(): void {
    if (this.#phase !== 'opening') return;
    this.#stopWatching();
    this.#register(this.#options.credential, this.#options.since);
  }

  #register(credential: string, since: number | undefined, again?: true): void {
    this.#phase = 'registering';
    this.#since = since;
    this.#setDeadline();
    this.#socket.send(registerFrame(this.#options, credential, since, again));
  }

  #received(source: unknown): void {
    if (this.#phase === 'ended') return;
    this.#lastReceived = this.#environment.clock.elapsed();
    if (this.#phase === 'tested') {
      this.#passed();
      this.#events.passed();
    }
    const frame = parseFrame(source);
    switch (frame.type) {
      case 'registered':
        this.#registered(frame);
        break;
      case 'message':
        this.#message(frame);
        break;
      case 'part': {
        const message = this.#parts.add(frame);
        if (message) this.#message(message);
        break;
      }
      case 'replayed':
        this.#replayed(frame);
        break;
      case 'checked':
        this.#checked(frame);
        break;
      case 'refused':
        if (frame.code === TroubleReason.notRegistered) this.#unregistered();
        if (frame.action === 'watch') this.#events.watch(frame);
        else this.#events.group(frame);
        break;
      case 'joined':
      case 'left':
        this.#events.group(frame);
        break;
      case 'watching':
      case 'presence':
        this.#events.watch(frame);
        break;
      case 'error':
        this.#refused(frame);
        break;
      case 'gateway-error':
        // As the answer to a ping it is as good as a pong: the socket lives.
        if (this.#phase === 'registering') this.#endInTrouble(TroubleReason.unavailable);
        break;
    }
  }

  #registered(registration: Registration): void {
    if (this.#phase !== 'registering') return;
    this.#passed();
    const since = this.#since;
    const { latest } = registration;
    if (since !== undefined && latest !== undefined && latest !== since) {
      // Where the numbers are lower than before, they were given anew, and all of them are sent.
      const limit = Number.POSITIVE_INFINITY;
      this.#asked = { since: latest < since ? 0 : since, at: this.#lastReceived, limit };
    }
    this.#events.registered(registration, since);
  }

  #message(message: Message): void {
    const hadRoom = this.#events.message(message);
    if (hadRoom || !this.#asked || message.seq === undefined) return;
    this.#asked.limit = Math.min(this.#asked.limit, message.seq - 1);
  }

  #replayed(replayed: Replayed): void {
    if (!this.#asked) return;
    const { since, limit } = this.#asked;
    this.#asked = undefined;
    this.#events.replayed({ ...replayed, through: Math.min(replayed.through, limit) }, since);
  }

  #checked({ registered, latest }: Checked): void {
    if (!registered) this.#unregistered();
    else if (latest !== undefined) this.#events.latest(latest);
  }

  /** While it registers, what was asked before may still be answered so. */
  #unregistered(): void {
    if (this.#phase !== 'registered') return;
    this.#asked = undefined;
    this.#events.unregistered();
  }

  #refused({ code, message }: { code: string; message: string }): void {
    if (code === TroubleReason.notRegistered) {
      this.#unregistered();
      return;
    }
    const reason = passingTrouble(code);
    if (reason) this.#endInTrouble(reason);
    else this.#end({ type: 'refused', code, message });
  }

  #passed(): void {
    this.#phase = 'registered';
    this.#testIn(this.#options.heartbeatMs);
  }

  /** Unless something is received before. */
  #testIn(milliseconds: number): void {
    const lastReceived = this.#lastReceived;
    const test = () => this.test(this.#lastReceived === lastReceived ? 0 : this.#options.heartbeatMs);
    this.#setTimer(sleepProofTimer(this.#environment.clock, milliseconds, test));
  }

  #setDeadline(): void {
    const { clock } = this.#environment;
    this.#setTimer(clock.after(deadlineMs, () => this.#endInTrouble(TroubleReason.noAnswer)));
  }

  #setTimer(cancel: () => void): void {
    this.#cancelTimer();
    this.#cancelTimer = cancel;
  }

  #closed(error?: unknown): void {
    const wasOpen = this.#phase !== 'opening';
    const reason = wasOpen ? TroubleReason.connectionLost : TroubleReason.unreachable;
    this.#endInTrouble(reason, this.#blocked ?? error);
  }

  #endInTrouble(reason: TroubleReason, cause?: unknown): void {
    this.#end({ type: 'trouble', reason, cause });
  }

  #end(end: SessionEnd): void {
    if (this.#phase === 'ended') return;
    this.close();
    this.#events.ended(end);
  }
}
