import type { Clock } from './environment.ts';
import type { Replayed } from './frames.ts';
import type { LastSeen } from './last-seen.ts';
import { MessageOrder, type NumberedMessage } from './message-order.ts';

/** Longer than two posts overtake each other. */
const holeMs = 300;
/** Acknowledgements that wait for a connection. */
const maxLate = 256;

export type InboxEvents = {
  /** Whether the page's handler took it: it was there and did not throw. */
  show(message: NumberedMessage): boolean;
  /** Before the messages that come after the gap. */
  gap(): void;
  /** Once true, nothing more is shown. */
  isClosed(): boolean;
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
    this.#order.expect(latest);
    this.#watch();
  }

  rest(): void {
    this.#isAwake = false;
    this.#cancelWatch?.();
    this.#cancelWatch = undefined;
  }

  /** False when there was no room for it: it must be sent again. */
  receive(message: NumberedMessage): boolean {
    const messages = this.#order.add(message);
    if (messages) this.#show(messages);
    this.#watch();
    return messages !== undefined;
  }

  /** `since`: what was asked for. */
  replayed({ latest, through, gap }: Replayed, since: number): void {
    if (latest < since) this.#restart(latest);
    this.#order.expect(latest);
    const { isMissing, messages } = this.#order.complete(since, through);
    if (gap && isMissing) this.#events.gap();
    this.#show(messages);
    this.#rememberLast();
    const { last } = this.#order;
    if (this.#isAwake && since < last && last < latest) this.#events.replay(last);
    this.#watch();
  }

  #show(messages: NumberedMessage[]): void {
    for (const message of messages) {
      if (this.#events.isClosed()) return;
      const wasTaken = this.#events.show(message);
      this.#lastSeen.raise(message.seq);
      if (wasTaken) this.#acknowledge(message.seq);
    }
  }

  /** The last ones may never have come; and what another page wrote at the same moment may be lower. */
  #rememberLast(): void {
    if (this.isUsed && !this.#events.isClosed()) this.#lastSeen.raise(this.#order.last);
  }

  #acknowledge(seq: number): void {
    if (this.#isAwake) this.#events.acknowledge(seq);
    else if (this.#late.length < maxLate) this.#late.push(seq);
  }

  /** The service's table was made anew, and with it the numbers. */
  #restart(latest: number): void {
    this.#order.restart(latest);
    this.#lastSeen.restart(latest);
    this.#events.gap();
  }

  /** Asks for a replay whenever nothing has its turn for a while, though more is known to be there. */
  #watch(): void {
    const { last, highest } = this.#order;
    if (!this.#isAwake || this.#cancelWatch || last >= highest) return;
    this.#cancelWatch = this.#clock.after(holeMs, () => {
      this.#cancelWatch = undefined;
      if (this.#order.last === last && last < this.#order.highest) this.#events.replay(last);
      this.#watch();
    });
  }
}
