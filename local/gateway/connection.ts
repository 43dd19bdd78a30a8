import { isUtf8 } from 'node:buffer';
import type { Duplex } from 'node:stream';
import { WebSocket } from 'ws';
import type { Clock } from '../../protocol/clock.ts';
import { CloseCode, type Ending } from './close-codes.ts';
import type { ConnectionInfo } from './event-builder.ts';
import { FrameRules } from './frame-rules.ts';
import { LIFETIME_MS, MAX_MESSAGES_UNDER_WAY, MAX_UNREAD_BYTES } from './limits.ts';

/** Who learns what happens to a connection. `onMessage` settles once the message is dealt with, and never rejects. */
type ConnectionListener = {
  onMessage(connection: Connection, body: string): Promise<void>;
  onClosed(connection: Connection, ending: Ending): void;
};

type PostOutcome = 'sent' | 'buffer-full';

/** One open WebSocket: its limits, its timeouts and what is sent on it. */
export class Connection {
  readonly info: ConnectionInfo;
  readonly #webSocket: WebSocket;
  readonly #listener: ConnectionListener;
  readonly #clock: Clock;
  readonly #idleTimeoutMs: number;
  readonly #lifeEnd: number;
  #lastActiveAt: number;
  #messagesUnderWay = 0;
  #cancelTimer = (): void => {};
  /** The code that this side closed with: a client may answer with another, or not at all. */
  #closeCode: CloseCode | undefined;

  constructor(
    info: ConnectionInfo,
    sockets: { webSocket: WebSocket; tcp: Duplex },
    options: { listener: ConnectionListener; clock: Clock; idleTimeoutMs: number; lateEndMs: number },
  ) {
    this.info = info;
    this.#webSocket = sockets.webSocket;
    this.#listener = options.listener;
    this.#clock = options.clock;
    this.#idleTimeoutMs = options.idleTimeoutMs;
    this.#lifeEnd = info.connectedAt + LIFETIME_MS + options.lateEndMs;
    this.#lastActiveAt = options.clock.now();
    this.#listen(sockets.tcp);
    this.#watchTime();
  }

  get id(): string {
    return this.info.connectionId;
  }

  get isOpen(): boolean {
    return this.#webSocket.readyState === WebSocket.OPEN;
  }

  /** Milliseconds since the epoch. */
  get lastActiveAt(): number {
    return this.#lastActiveAt;
  }

  /**
   * Sends a text frame, in the order of the calls; nothing if the connection has begun to close. How API Gateway frames
   * more than 32 KB is not documented: here it is one frame. Bytes that are no UTF-8 become U+FFFD, as a text frame
   * can't have them and the client would close.
   */
  post(data: Buffer): PostOutcome {
    if (this.#webSocket.bufferedAmount > MAX_UNREAD_BYTES) return 'buffer-full';
    this.#lastActiveAt = this.#clock.now();
    this.#webSocket.send(isUtf8(data) ? data : Buffer.from(data.toString()), { binary: false });
    return 'sent';
  }

  /**
   * Begins to close. The connection is gone at once; `onClosed` follows when the client has answered, or after half a
   * minute.
   */
  close(code: CloseCode): void {
    if (!this.isOpen) return;
    this.#closeCode = code;
    this.#cancelTimer();
    this.#webSocket.close(code);
  }

  /** Ends the TCP connection without a close frame. */
  kill(): void {
    this.#webSocket.terminate();
  }

  #listen(tcp: Duplex): void {
    const frameRules = new FrameRules();
    // Ahead of `ws`, so that a message that breaks a rule finds the connection closing.
    tcp.prependListener('data', (bytes: Buffer) => {
      const code = frameRules.violation(bytes);
      if (code !== undefined) this.close(code);
    });
    this.#webSocket.on('message', (data) => void this.#receive(data.toString()));
    // A broken frame: `ws` closes by itself, and 'close' follows.
    this.#webSocket.on('error', () => {});
    this.#webSocket.on('close', (code, reason) => {
      this.#cancelTimer();
      this.#listener.onClosed(this, { code: this.#closeCode ?? code, reason: reason.toString() });
    });
  }

  async #receive(body: string): Promise<void> {
    if (!this.isOpen) return;
    this.#lastActiveAt = this.#clock.now();
    this.#messagesUnderWay += 1;
    if (this.#messagesUnderWay === MAX_MESSAGES_UNDER_WAY) this.#webSocket.pause();
    await this.#listener.onMessage(this, body);
    if (this.#messagesUnderWay === MAX_MESSAGES_UNDER_WAY) this.#webSocket.resume();
    this.#messagesUnderWay -= 1;
  }

  /**
   * Closes with 1001 after 10 minutes without a message, or 2 hours after it was opened. One timer serves a
   * connection's whole life: it compares times when it fires, so a message costs no timer.
   * Source:
   * https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-execution-service-websocket-limits-table.html
   *
   * Not documented is what counts as a message. Here it is one in either direction, as
   * https://github.com/andyrichardson/subscriptionless/issues/3 has it, and no ping: sources conflict, and browsers
   * can't send one.
   */
  #watchTime(): void {
    const now = this.#clock.now();
    const idleEnd = this.#lastActiveAt + this.#idleTimeoutMs;
    const end = Math.min(idleEnd, this.#lifeEnd);
    if (now >= end) this.close(CloseCode.goingAway);
    else this.#cancelTimer = this.#clock.after(end - now, () => this.#watchTime());
  }
}
