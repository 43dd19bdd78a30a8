import { once } from 'node:events';
import pLimit from 'p-limit';
import { WebSocket } from 'ws';

/** Sockets that connect at the same time. */
const connectsAtOnce = 32;

/** Framed browsers, each of a uid of its own: `u0`, `u1`, … */
export class Browsers {
  readonly #url: string;
  readonly #sockets: WebSocket[] = [];
  #received = 0;
  #whenReceived: { count: number; resolve: () => void } | undefined;

  constructor(url: string) {
    this.#url = url;
  }

  get count(): number {
    return this.#sockets.length;
  }

  /** Connects and registers until there are `count`. */
  async growTo(count: number): Promise<void> {
    const limit = pLimit(connectsAtOnce);
    const added = Array.from({ length: count - this.count }, (_, index) => this.count + index);
    await Promise.all(added.map((index) => limit(() => this.#register(`u${index}`))));
  }

  async #register(uid: string): Promise<void> {
    const socket = new WebSocket(this.#url);
    await once(socket, 'open');
    const answered = once(socket, 'message');
    socket.send(JSON.stringify({ action: 'register', uid }));
    const [answer] = await answered;
    if (JSON.parse(String(answer)).type !== 'registered') throw new Error(`${uid} was not registered.`);
    socket.on('message', () => this.#count());
    this.#sockets.push(socket);
  }

  /** Resolves when `count` messages have come to any of them from now on. There may be one such wait at a time. */
  receive(count: number): Promise<void> {
    return new Promise((resolve) => {
      this.#whenReceived = { count: this.#received + count, resolve };
    });
  }

  #count(): void {
    this.#received++;
    if (this.#whenReceived?.count === this.#received) this.#whenReceived.resolve();
  }

  async close(): Promise<void> {
    await Promise.all(
      this.#sockets.map((socket) => {
        const closed = once(socket, 'close');
        socket.terminate();
        return closed;
      }),
    );
  }
}
