import type { Clock } from './environment.ts';
import type { Replayed } from './frames.ts';
import type { LastSeen } from './last-seen.ts';
import { MessageOrder, type NumberedMessage } from './message-order.ts';

/** Longer than two posts overtake each other. */
const holeMs = 300;
/** Acknowledgements that wait for a connection. */
const maxLate = 256;

export type InboxEvents = {
  /** Whether no message may be shown now, for want of a handler that takes them. */
  isFull(): boolean;
  /** Calls back when it is over, in the order of the calls. `wasTaken`: there was a handler, and it did not fail. */
  show(message: NumberedMessage, settled: (wasTaken: boolean) => void): void;
  /** Likewise, before the messages that come after the gap. */
  gap(settled: () => void): void;
  /** These two only while it is awake. */
  replay(since: number): void;
  acknowledge(seq: number): void;
};

/**
 * The stored messages of one uid, whatever sockets they come from: shows each once and in order, remembers it, and asks for
 * those that are missing. It is awake while there is a registered connection to ask on.
 */
export class Inbox {
  readonly #lastSeen: LastSeen;
  readonly #clock: Clock;
  readonly #events: InboxEvents;
  readonly #order: MessageOrder;
  /** Whether it is known from when on messages are missed. */
  #hasStarted: boolean;
  #isAwake = false;
  #late: number[] = [];
  /** What is being shown, gaps too: of each, the number up to which all was shown before it. */
  #unsettled: number[] = [];
  #cancelWatch: (() => void) | undefined;

  constructor(lastSeen: LastSeen, clock: Clock, events: InboxEvents) {
    this.#lastSeen = lastSeen;
    this.#clock = clock;
    this.#events = events;
    const last = lastSeen.get();
    this.#order = new MessageOrder(last ?? 0);
    this.#hasStarted = last !== undefined;
  }

  /** What to ask for the newer ones with. */
  get since(): number {
    return this.#order.last;
  }

  /** Whether the uid has ever had a stored message. */
  get isUsed(): boolean {
    return this.#order.highest > 0;
  }

  /** `latest`: absent from a service that stores nothing. `since`: what it was asked for, if it was. */
  registered(latest: number | undefined, since: number | undefined): void {
    this.#isAwake = true;
    for (const seq of this.#late.splice(0)) this.#events.acknowledge(seq);
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

  /** What waits for a handler was not shown: it is asked for again. */
  rewind(): void {
    const [last] = this.#unsettled;
    if (last !== undefined) this.#order.rewind(last);
    this.#unsettled = [];
  }

  /** There is room again. */
  resume(): void {
    this.#watch();
  }

  /** False when there was no room for it: it must be sent again. */
  receive(message: NumberedMessage): boolean {
    if (this.#events.isFull()) {
      this.#order.expect(message.seq);
      return false;
    }
    const messages = this.#order.add(message);
    if (messages) this.#show(messages);
    this.#watch();
    return messages !== undefined;
  }

  /** `since`: what was asked for. */
  replayed({ latest, through, gap }: Replayed, since: number): void {
    if (latest < since) this.#restart(latest);
    this.#order.expect(latest);
    const before = this.#order.last;
    const { isMissing, messages } = this.#order.complete(since, through);
    this.#show(messages, gap && isMissing ? before : undefined);
    this.#rememberSeen();
    const { last } = this.#order;
    if (this.#isAwake && since < last && last < latest && !this.#events.isFull()) this.#events.replay(last);
    this.#watch();
  }

  /** `gapAfter`: the number after which there is a gap, reported before the messages. */
  #show(messages: NumberedMessage[], gapAfter?: number): void {
    const unsettled = this.#unsettled;
    if (gapAfter !== undefined) unsettled.push(gapAfter);
    for (const { seq } of messages) unsettled.push(seq - 1);
    const settle = () => {
      unsettled.shift();
      // Else the numbers have begun anew, or it was forgotten.
      if (unsettled === this.#unsettled) this.#rememberSeen();
    };
    if (gapAfter !== undefined) this.#events.gap(settle);
    for (const message of messages) {
      this.#events.show(message, (wasTaken) => {
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
    if (this.#isAwake) this.#events.acknowledge(seq);
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
    if (!this.#isAwake || this.#cancelWatch || last >= highest || this.#events.isFull()) return;
    this.#cancelWatch = this.#clock.after(holeMs, () => {
      this.#cancelWatch = undefined;
      const isStuck = this.#order.last === last && last < this.#order.highest;
      if (isStuck && !this.#events.isFull()) this.#events.replay(last);
      this.#watch();
    });
  }
}
