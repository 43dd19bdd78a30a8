import { FakeWebSocket } from './fake-websocket.ts';
import type { SleepyClock } from './sleepy-clock.ts';

type FakeServiceOptions = {
  clock: SleepyClock;
  /** How long anything takes on its way, in milliseconds; asked each time. */
  latency(): number;
  /** How long a connection lives, in milliseconds. */
  lifeMs: number;
  /**
   * What a function does with a frame that registers nobody: returns its answer, if there is one.
   *
   * @default answers with a pong
   */
  answer?(socket: FakeWebSocket, frame: FakeWebSocket['sent'][number]): object | undefined;
};

/** A service that accepts everyone and pushes to everyone who is registered. */
export class FakeService {
  /** When each socket was made, in milliseconds since the epoch. */
  readonly attempts: number[] = [];
  readonly WebSocket: typeof FakeWebSocket;
  readonly #options: FakeServiceOptions;
  readonly #registered = new Set<FakeWebSocket>();
  #isUp = true;

  constructor(options: FakeServiceOptions) {
    this.#options = options;
    const accept = (socket: ServedWebSocket) => this.#accept(socket);
    const register = (socket: ServedWebSocket) => this.#register(socket);
    const answer = (socket: ServedWebSocket) => this.#answer(socket);
    class ServedWebSocket extends FakeWebSocket {
      constructor(url: string) {
        super(url);
        accept(this);
      }

      override send(text: string): void {
        super.send(text);
        if (JSON.parse(text).action === 'register') register(this);
        else answer(this);
      }
    }
    this.WebSocket = ServedWebSocket;
  }

  /** Those that pushes go to. */
  get registered(): FakeWebSocket[] {
    for (const socket of this.#registered) if (socket.isClosed) this.#registered.delete(socket);
    return [...this.#registered];
  }

  /** To those that are registered, or to some of them. */
  push(id: string, sockets: readonly FakeWebSocket[] = this.registered): void {
    for (const socket of sockets) {
      this.#later(() => {
        if (!socket.isClosed) socket.receive({ type: 'message', id, data: null });
      });
    }
  }

  /** Ends all connections and lets none open until it goes up again. */
  goDown(): void {
    this.#isUp = false;
    for (const socket of this.registered) socket.drop();
  }

  goUp(): void {
    this.#isUp = true;
  }

  /** Loses the rows of a connection, which stays open. */
  forget(socket: FakeWebSocket): void {
    this.#registered.delete(socket);
  }

  #accept(socket: FakeWebSocket): void {
    this.attempts.push(this.#options.clock.now());
    this.#later(() => {
      if (this.#isUp) socket.open();
      else socket.drop();
    });
  }

  /** Pushes reach a connection from the moment it is registered, the answer comes later. */
  #register(socket: FakeWebSocket): void {
    const { clock, lifeMs } = this.#options;
    const connectionExpiresAt = clock.now() + lifeMs;
    clock.after(lifeMs, () => {
      if (!socket.isClosed) socket.drop();
    });
    this.#later(() => {
      if (!this.#isUp) return;
      this.#registered.add(socket);
      this.#later(() => {
        if (!socket.isClosed)
          socket.receive({ type: 'registered', uid: 'alice', now: clock.now(), connectionExpiresAt });
      });
    });
  }

  #answer(socket: FakeWebSocket): void {
    const frame = socket.sent.at(-1);
    const { answer = () => ({ type: 'pong' }) } = this.#options;
    this.#later(() => {
      const answered = frame && this.#isUp ? answer(socket, frame) : undefined;
      this.#later(() => {
        if (answered && !socket.isClosed) socket.receive(answered);
      });
    });
  }

  #later(callback: () => void): void {
    this.#options.clock.after(this.#options.latency(), callback);
  }
}
