import type { Clock } from './environment.ts';
import { acknowledgeFrame, type Replayed } from './frames.ts';
import type { HandlerQueue } from './handler-queue.ts';
import type { LastSeen } from './last-seen.ts';
import { MessageOrder, type NumberedMessage } from './message-order.ts';
import type { SocketSession } from './socket-session.ts';

/** Longer than two posts overtake each other. */
const holeMs = 300;
/** Acknowledgements that wait for a connection. */
const maxLate = 256;

/**
 * The stored messages of one uid, whatever sockets they come from: shows each once and in order, remembers it, and asks
 * for those that are missing. It is awake while there is a registered connection to ask on.
 */
export class Inbox {
  readonly #lastSeen: LastSeen;
  readonly #clock: Clock;
  readonly #handlers: HandlerQueue;
  readonly #acknowledges: boolean;
  readonly #session: () => SocketSession | undefined;
  readonly #order: MessageOrder;
  /** Whether it is known from when on messages are missed. */
  #hasStarted: boolean;
  #isAwake = false;
  #late: number[] = [];
  /** Messages and gaps that wait for a handler: of each, the number up to which all was shown before it. */
  #unsettled: number[] = [];
  #cancelWatch: (() => void) | undefined;

  /** `session`: returns the one that is registered, while the inbox is awake. */
  constructor(
    lastSeen: LastSeen,
    clock: Clock,
    handlers: HandlerQueue,
    acknowledges: boolean,
    session: () => SocketSession | undefined,
  ) {
    this.#lastSeen = lastSeen;
    this.#clock = clock;
    this.#handlers = handlers;
    this.#acknowledges = acknowledges;
    this.#session = session;
    const last = lastSeen.get();
    this.#order = new MessageOrder(last ?? 0);
    this.#hasStarted = last !== undefined;
  }

  /** The `since` with which newer ones are requested. */
  get since(): number {
    return this.#order.last;
  }

  /** Whether the uid has ever had a stored message. */
  get isUsed(): boolean {
    return this.#order.highest > 0;
  }

  /** `latest`: absent from a service that stores nothing. `since`: as `register` was sent, with it or without. */
  registered(latest: number | undefined, since: number | undefined): void {
    this.#isAwake = true;
    for (const seq of this.#late.splice(0)) this.#session()?.send(acknowledgeFrame(seq));
    if (latest === undefined) return;
    if (since !== undefined && latest < since) this.#restart(latest);
    else if (!this.#hasStarted) this.#order.startAfter(latest);
    this.#hasStarted = true;
    this.expect(latest);
  }

  /** `latest`: the highest number that a stored message was given; those up to it that are missing are asked for. */
  expect(latest: number): void {
    this.#order.expect(latest);
    this.#watch();
  }

  rest(): void {
    this.#isAwake = false;
    this.#cancelWatch?.();
    this.#cancelWatch = undefined;
  }

  /** Messages that wait for a handler were not shown: they are requested again. */
  rewind(): void {
    const [last] = this.#unsettled;
    if (last !== undefined) this.#order.rewind(last);
    this.#unsettled = [];
  }

  /** There is room again. */
  resume(): void {
    this.#watch();
  }

  /** Returns false when there was no room for it: it must be sent again. */
  receive(message: NumberedMessage): boolean {
    if (this.#handlers.isFull) {
      this.#order.expect(message.seq);
      return false;
    }
    const messages = this.#order.add(message);
    if (messages) this.#show(messages);
    this.#watch();
    return messages !== undefined;
  }

  /** `since`: as the replay was requested. */
  replayed({ latest, through, gap }: Replayed, since: number): void {
    if (latest < since) this.#restart(latest);
    this.#order.expect(latest);
    const before = this.#order.last;
    const { isMissing, messages } = this.#order.complete(since, through);
    this.#show(messages, gap && isMissing ? before : undefined);
    this.#rememberSeen();
    const { last } = this.#order;
    if (this.#isAwake && since < last && last < latest && !this.#handlers.isFull)
      this.#session()?.replay(last);
    this.#watch();
  }

  /** `gapAfter`: the number after which there is a gap, reported before the messages. */
  #show(messages: NumberedMessage[], gapAfter?: number): void {
    const unsettled = this.#unsettled;
    if (gapAfter !== undefined) unsettled.push(gapAfter);
    for (const { seq } of messages) unsettled.push(seq - 1);
    const settle = () => {
      unsettled.shift();
      // Otherwise the numbers have begun anew, or it was discarded.
      if (unsettled === this.#unsettled) this.#rememberSeen();
    };
    if (gapAfter !== undefined) this.#handlers.addGap(this, settle);
    for (const message of messages) {
      this.#handlers.addStored(message, this, (wasTaken) => {
        settle();
        if (wasTaken) this.#acknowledge(message.seq);
      });
    }
  }

  /** The last ones may never have come; and what another page wrote at the same moment may be lower. */
  #rememberSeen(): void {
    if (this.isUsed) this.#lastSeen.raise(this.#unsettled[0] ?? this.#order.last);
  }

  #acknowledge(seq: number): void {
    if (!this.#acknowledges) return;
    if (this.#isAwake) this.#session()?.send(acknowledgeFrame(seq));
    else if (this.#late.length < maxLate) this.#late.push(seq);
  }

  /** The service's table was made anew, and with it the numbers. */
  #restart(latest: number): void {
    this.#order.restart(latest);
    this.#lastSeen.restart(latest);
    this.#unsettled = [];
    this.#show([], 0);
  }

  /** Asks for a replay whenever nothing has its turn for a while, though more is known to be there. */
  #watch(): void {
    const { last, highest } = this.#order;
    if (!this.#isAwake || this.#cancelWatch || last >= highest || this.#handlers.isFull) return;
    this.#cancelWatch = this.#clock.after(holeMs, () => {
      this.#cancelWatch = undefined;
      const isStuck = this.#order.last === last && last < this.#order.highest;
      if (isStuck && !this.#handlers.isFull) this.#session()?.replay(last);
      this.#watch();
    });
  }
}
