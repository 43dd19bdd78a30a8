import { EventEmitter } from 'node:events';

/** A socket whose other end is the test. */
export class FakeWebSocket {
  readonly url: string;
  readonly sent: {
    action: string;
    token?: string;
    uid?: string;
    since?: number;
    seq?: number;
    device?: string;
    group?: string;
    uids?: string[];
  }[] = [];
  isClosed = false;
  /** Like that of `ws`, it throws when there is an error and nobody listens for it. */
  readonly #events = new EventEmitter();

  constructor(url: string) {
    this.url = url;
  }

  addEventListener(type: string, listener: (event: { data: unknown; error?: unknown }) => void): void {
    this.#events.on(type, listener);
  }

  /** As the page does it. */
  send(text: string): void {
    if (!this.isClosed) this.sent.push(JSON.parse(text));
  }

  /** As the page does it. */
  close(): void {
    this.isClosed = true;
  }

  /** The service accepts the connection. */
  open(): void {
    this.#events.emit('open');
  }

  /** Something arrives: text as it is, anything else as JSON. */
  receive(frame: unknown): void {
    this.#events.emit('message', { data: typeof frame === 'string' ? frame : JSON.stringify(frame) });
  }

  /** The service or the network ends it, or never let it open. */
  drop(): void {
    this.isClosed = true;
    this.#events.emit('error', {});
    this.#events.emit('close');
  }
}

/** A constructor that remembers what it made. */
export function fakeWebSockets(): { sockets: FakeWebSocket[]; WebSocket: typeof FakeWebSocket } {
  const sockets: FakeWebSocket[] = [];
  class RememberedWebSocket extends FakeWebSocket {
    constructor(url: string) {
      super(url);
      sockets.push(this);
    }
  }
  return { sockets, WebSocket: RememberedWebSocket };
}
