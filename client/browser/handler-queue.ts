import type { Environment } from './environment.ts';
import type { Message } from './options.ts';
import { RecentIds } from './recent-ids.ts';

/** Messages that wait for a handler: together at most 32 MiB of text. */
const maxWaiting = 256;
/** A handler whose promise never settles would hold back everything after it. */
const deadlineMs = 30_000;

type Handler<Value> = (value: Value) => unknown;

type Waiting = {
  kind: 'message' | 'gap' | 'repeated';
  message?: Message;
  /** The inbox or session that it comes from. */
  owner: object;
  /** `wasTaken`: the handler was there, did not throw and did not reject. */
  settled(wasTaken: boolean): void;
};

/**
 * Passes messages and gaps to the page's handlers in order, one after the other: the next when the handler has
 * returned, and the promise that it returned has settled. Without a handler they wait. Shows each id once.
 */
export class HandlerQueue {
  readonly #environment: Environment;
  readonly #onRoom: () => void;
  readonly #shown = new RecentIds();
  #onmessage: Handler<Message> | null = null;
  #ongap: Handler<void> | null = null;
  #waiting: Waiting[] = [];
  /** A handler is being called, or its promise awaited. */
  #isBusy = false;
  /** Something may have been turned away since nothing waited. */
  #wasFull = false;
  /** Messages went on for lack of a handler of gaps, which may be set yet. */
  #hasUntoldGap = false;
  #isClosed = false;
  #cancelDeadline = () => {};

  /** `onRoom`: called when nothing waits any more, after something was turned away. */
  constructor(environment: Environment, onRoom: () => void) {
    this.#environment = environment;
    this.#onRoom = onRoom;
  }

  get onmessage(): Handler<Message> | null {
    return this.#onmessage;
  }

  set onmessage(handler: unknown) {
    this.#onmessage = functionOf(handler);
    this.#runLater();
  }

  get ongap(): Handler<void> | null {
    return this.#ongap;
  }

  set ongap(handler: unknown) {
    this.#ongap = functionOf(handler);
    if (this.#ongap && this.#hasUntoldGap) {
      this.#hasUntoldGap = false;
      this.#waiting.unshift({ kind: 'gap', owner: this, settled: () => {} });
    }
    this.#runLater();
  }

  /** Read before a stored message is added: without room, the message is requested again later. */
  get isFull(): boolean {
    return this.#waiting.length >= maxWaiting;
  }

  /** Adds a message that is not stored. Without room it is lost, which is a gap. */
  addLive(message: Message, owner: object): void {
    if (!this.isFull) this.addStored(message, owner, () => {});
    else if (this.#waiting.at(-1)?.kind !== 'gap') this.addGap(owner, () => {});
  }

  addStored(message: Message, owner: object, settled: Waiting['settled']): void {
    const kind = this.#shown.add(message.id) ? 'message' : 'repeated';
    this.#add({ kind, message, owner, settled });
  }

  addGap(owner: object, settled: Waiting['settled']): void {
    this.#add({ kind: 'gap', owner, settled });
  }

  /** Forgets what waits, but that of these owners: it was meant for another user. */
  keepOnly(owners: readonly object[]): void {
    this.#hasUntoldGap = false;
    this.#forget(({ owner }) => !owners.includes(owner));
  }

  /** Forgets all that waits. */
  clear(): void {
    this.#forget(() => true);
  }

  /** No handler is called after it. */
  close(): void {
    this.#isClosed = true;
    this.#cancelDeadline();
    this.clear();
  }

  #forget(isForgotten: (waiting: Waiting) => boolean): void {
    for (const { kind, message } of this.#waiting.filter(isForgotten)) {
      if (kind === 'message' && message) this.#shown.delete(message.id);
    }
    this.#waiting = this.#waiting.filter((waiting) => !isForgotten(waiting));
  }

  #add(waiting: Waiting): void {
    if (this.#isClosed) return;
    this.#waiting.push(waiting);
    this.#wasFull ||= this.isFull;
    this.#run();
  }

  /** Handlers that are set by the same code are all there when the first is called. */
  #runLater(): void {
    void Promise.resolve().then(() => this.#run());
  }

  #run(): void {
    while (!this.#isBusy) {
      const [next] = this.#waiting;
      if (!next || !this.#canCall(next)) break;
      this.#waiting.shift();
      this.#call(next);
    }
    if (this.#wasFull && !this.#isBusy && this.#waiting.length === 0) {
      this.#wasFull = false;
      this.#onRoom();
    }
  }

  /** A gap doesn't wait for a handler of its own where there is one of messages: they would wait with it. */
  #canCall({ kind }: Waiting): boolean {
    return kind === 'repeated' || this.#onmessage !== null || (kind === 'gap' && this.#ongap !== null);
  }

  #call(waiting: Waiting): void {
    this.#isBusy = true;
    let result: unknown;
    try {
      if (waiting.kind === 'message') result = this.#onmessage?.(waiting.message as Message);
      else if (waiting.kind === 'gap') result = this.#callOngap();
    } catch (error) {
      this.#environment.reportError(error);
      this.#end(waiting, false);
      return;
    }
    if (isThenable(result)) this.#await(result, waiting);
    else this.#end(waiting, waiting.kind !== 'repeated');
  }

  #callOngap(): unknown {
    this.#hasUntoldGap ||= !this.#ongap;
    return this.#ongap?.();
  }

  #await(result: PromiseLike<unknown>, waiting: Waiting): void {
    const { clock, reportError } = this.#environment;
    let isOver = false;
    const end = (wasTaken: boolean) => {
      if (isOver) return;
      isOver = true;
      this.#cancelDeadline();
      this.#end(waiting, wasTaken);
      this.#run();
    };
    this.#cancelDeadline = clock.after(deadlineMs, () => {
      reportError(new Error('The promise of a handler did not settle in 30 seconds.'));
      end(false);
    });
    Promise.resolve(result).then(
      () => end(true),
      (error: unknown) => {
        reportError(error);
        end(false);
      },
    );
  }

  #end(waiting: Waiting, wasTaken: boolean): void {
    this.#isBusy = false;
    // A gap whose handler closes the connection is reported again when the page comes back.
    if (waiting.kind !== 'gap' || !this.#isClosed) waiting.settled(wasTaken);
  }
}

function functionOf<Value>(handler: unknown): Handler<Value> | null {
  return typeof handler === 'function' ? (handler as Handler<Value>) : null;
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof Object(value).then === 'function';
}
