import { FakeWebSocket } from './fake-websocket.ts';
import type { SleepyClock } from './sleepy-clock.ts';

const pageLength = 3;

type StoringServiceOptions = {
  clock: SleepyClock;
  random(): number;
  /** How long a connection lives, in milliseconds. */
  lifeMs: number;
};

type RequestFrame = { action: string; since?: number; seq?: number };

/**
 * A service that stores every push to one uid. Its posts take up to 80 milliseconds, so that they overtake each other;
 * of those of live messages one in ten is lost and one in ten is doubled.
 */
export class StoringService {
  readonly WebSocket: typeof FakeWebSocket;
  /** When each message expires, the first at 0. */
  readonly expiries: number[] = [];
  readonly acknowledged = new Set<number>();
  /** How many frames have reached any socket. */
  received = 0;
  isUp = true;
  readonly #options: StoringServiceOptions;
  readonly #registered = new Set<FakeWebSocket>();

  constructor(options: StoringServiceOptions) {
    this.#options = options;
    const accept = (socket: FakeWebSocket) => this.#accept(socket);
    const answer = (socket: FakeWebSocket, text: string) => this.#answer(socket, JSON.parse(text));
    this.WebSocket = class extends FakeWebSocket {
      constructor(url: string) {
        super(url);
        accept(this);
      }

      override send(text: string): void {
        super.send(text);
        answer(this, text);
      }
    };
  }

  get latest(): number {
    return this.expiries.length;
  }

  get registered(): FakeWebSocket[] {
    for (const socket of this.#registered) if (socket.isClosed) this.#registered.delete(socket);
    return [...this.#registered];
  }

  isExpired(seq: number): boolean {
    return this.expiries[seq - 1]! <= this.#options.clock.now();
  }

  push(ttlMs: number): void {
    const seq = this.expiries.push(this.#options.clock.now() + ttlMs);
    this.#later(() => {
      for (const socket of this.registered) {
        const fate = this.#options.random();
        if (fate > 0.1) this.#post(socket, [messageFrame(seq)]);
        if (fate > 0.9) this.#post(socket, [messageFrame(seq)]);
      }
    });
  }

  #accept(socket: FakeWebSocket): void {
    this.#later(() => {
      if (socket.isClosed) return;
      if (this.isUp) socket.open();
      else socket.drop();
    });
  }

  #answer(socket: FakeWebSocket, { action, since, seq }: RequestFrame): void {
    this.#later(() => {
      if (!this.isUp) return;
      if (action === 'ping') this.#post(socket, [{ type: 'pong' }]);
      if (action === 'ack') this.acknowledged.add(seq!);
      if (action === 'replay') this.#post(socket, this.#page(since!));
      if (action === 'register') this.#register(socket, since);
    });
  }

  #register(socket: FakeWebSocket, since: number | undefined): void {
    const { clock, lifeMs } = this.#options;
    this.#registered.add(socket);
    clock.after(lifeMs, () => {
      if (!socket.isClosed) socket.drop();
    });
    this.#later(() => {
      const { latest } = this;
      const registered = {
        type: 'registered',
        uid: 'alice',
        now: clock.now(),
        connectionExpiresAt: clock.now() + lifeMs,
        latest,
      };
      this.#post(socket, [registered, ...(since === undefined || since === latest ? [] : this.#page(since))]);
    });
  }

  #page(since: number): object[] {
    const newer = this.expiries.map((_, index) => index + 1).filter((seq) => seq > since);
    const kept = newer.filter((seq) => !this.isExpired(seq));
    const page = kept.slice(0, pageLength);
    const through = (kept.length > page.length && page.at(-1)) || Math.max(since, this.latest);
    const gap = newer.some((seq) => seq <= through && this.isExpired(seq)) || undefined;
    return [...page.map(messageFrame), { type: 'replayed', through, latest: this.latest, gap }];
  }

  /** Each after the one before has been taken. */
  #post(socket: FakeWebSocket, [frame, ...others]: object[]): void {
    if (!frame) return;
    this.#later(() => {
      if (socket.isClosed) return;
      this.received += 1;
      socket.receive(frame);
      this.#post(socket, others);
    });
  }

  #later(callback: () => void): void {
    this.#options.clock.after(this.#options.random() * 80, callback);
  }
}

function messageFrame(seq: number): object {
  return { type: 'message', id: `push-${seq}`, seq, data: seq };
}
