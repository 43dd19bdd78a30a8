import type { Message } from './options.ts';

/** A stored message. `seq` counts the stored messages of a uid, from 1 on. */
export type NumberedMessage = Message & { seq: number };

export function isNumbered(message: Message): message is NumberedMessage {
  return message.seq !== undefined;
}

/** More than a page of a replay has. */
const maxHeld = 256;

/**
 * Whose turn it is. Messages come in any order, several times, from several sockets; each has its turn once, after all
 * that have lower numbers or never come. What comes too early is held back.
 */
export class MessageOrder {
  #last: number;
  #highest: number;
  #oldest = 0;
  readonly #held = new Map<number, NumberedMessage>();

  /** `last`: the highest number that has had its turn already. */
  constructor(last: number) {
    this.#last = this.#highest = last;
  }

  /** All numbers up to this one have had their turn, or never will. */
  get last(): number {
    return this.#last;
  }

  /** The highest number that is known to be given. */
  get highest(): number {
    return this.#highest;
  }

  /** Numbers up to `latest` were given. */
  expect(latest: number): void {
    this.#highest = Math.max(this.#highest, latest);
  }

  /** Numbers up to `latest` were given before the page was there: one of them that never comes is not missed. */
  startAfter(latest: number): void {
    this.#oldest = latest;
  }

  /** Those after `last` have not had their turn after all. */
  rewind(last: number): void {
    this.#last = last;
    this.#held.clear();
  }

  /** The numbers are given anew, and up to `latest` they were already. */
  restart(latest: number): void {
    this.#last = 0;
    this.#highest = this.#oldest = latest;
    this.#held.clear();
  }

  /** Returns the messages whose turn it is now, in order; undefined when there is no room to hold back one more. */
  add(message: NumberedMessage): NumberedMessage[] | undefined {
    const { seq } = message;
    this.expect(seq);
    if (seq > this.#last + 1 && !this.#held.has(seq) && this.#held.size >= maxHeld) return undefined;
    if (seq > this.#last) this.#held.set(seq, message);
    return this.#takeNext();
  }

  /**
   * All that still exists after `since` and up to `through` has come: what is missing there never comes. Returns the
   * messages whose turn it is now, in order, and whether one that is missed comes before them.
   */
  complete(since: number, through: number): { isMissing: boolean; messages: NumberedMessage[] } {
    if (since > this.#last || through <= this.#last) return { isMissing: false, messages: [] };
    const due = [...this.#held.keys()].filter((seq) => seq <= through).sort((a, b) => a - b);
    const start = Math.max(this.#last, this.#oldest);
    const isMissing = due.filter((seq) => seq > start).length < through - start;
    const messages = due.flatMap((seq) => this.#take(seq));
    this.#last = through;
    return { isMissing, messages: [...messages, ...this.#takeNext()] };
  }

  #takeNext(): NumberedMessage[] {
    const messages: NumberedMessage[] = [];
    while (this.#held.has(this.#last + 1)) {
      this.#last += 1;
      messages.push(...this.#take(this.#last));
    }
    return messages;
  }

  #take(seq: number): NumberedMessage[] {
    const message = this.#held.get(seq);
    this.#held.delete(seq);
    return message ? [message] : [];
  }
}
