import { once } from 'node:events';
import { type ClientOptions, WebSocket } from 'ws';
import { Queue } from './queue.ts';

/** A WebSocket client that keeps what arrives until the test asks for it. */
export class QueueingClient {
  readonly socket: WebSocket;
  /** 1006: the connection ended without a close frame. */
  readonly closed: Promise<{ code: number; reason: string }>;
  readonly #messages = new Queue<string>();

  private constructor(socket: WebSocket) {
    this.socket = socket;
    socket.on('message', (data) => this.#messages.push(data.toString()));
    // 'close' follows with the code.
    socket.on('error', () => {});
    this.closed = new Promise((resolve) => {
      socket.once('close', (code, reason) => {
        this.#messages.end(new Error(`the connection was closed with ${code}`));
        resolve({ code, reason: reason.toString() });
      });
    });
  }

  /** Resolves when the socket is open. Rejects when the upgrade is refused. */
  static async connect(
    url: string,
    options: ClientOptions & { protocols?: string[] } = {},
  ): Promise<QueueingClient> {
    const { protocols, ...clientOptions } = options;
    const client = new QueueingClient(new WebSocket(url, protocols, clientOptions));
    await once(client.socket, 'open');
    return client;
  }

  send(text: string): void {
    this.socket.send(text);
  }

  /** The oldest message not yet asked for. Rejects when the connection is closed before one comes. */
  next(): Promise<string> {
    return this.#messages.next();
  }

  /** Messages that have arrived and were not asked for. */
  get waiting(): readonly string[] {
    return this.#messages.waiting;
  }

  close(code?: number, reason?: string): Promise<{ code: number; reason: string }> {
    this.socket.close(code, reason);
    return this.closed;
  }

  /** Ends the TCP connection without a close frame. */
  kill(): void {
    this.socket.terminate();
  }
}
