import type { Fault } from './faults.ts';

/** How a message is known in the books; part of its text. */
type Name = string;

/** By which way a message was sent: a line by TCP, or a request by HTTP. */
type Way = 'line' | 'http';

/** The sender's answer: delivered or stored, not delivered, or an error. */
export type Told = 'accepted' | 'not-accepted' | 'error';

/** Why a line has no answer: the service ended with its connection, or its sender left without waiting for it. */
type Loss = 'service-ended' | 'sender-left';

export type Sent = {
  way: Way;
  uid: string;
  text: string;
  /** Not a message at all: it must be refused. */
  isBad: boolean;
  sentAt: number;
  told: Told[];
  toldAt: number;
  loss?: Loss;
  /** Its number, where the answer has one. */
  seq?: number;
};

/** A browser's connection that ended; what was on its way to it may never have arrived. */
export type Ended = { uid: string; openedAt: number; endedAt: number };

/** Stored messages that one page of the browser client has shown, in its order. */
export type Shown = { uid: string; messages: { name: Name; seq: number }[]; gaps: number };

/** A connection of the text service that ended while its sender waited for so many answers. */
export type BrokenSender = { at: number; unanswered: number };

/** Messages sent, answered and received, as recorded by those who did it. Nothing is judged here. */
export class Books {
  readonly sent = new Map<Name, Sent>();
  /** For each message how many browsers' connections got it, counting each time. */
  readonly received = new Map<Name, number>();
  readonly ended: Ended[] = [];
  readonly shown: Shown[] = [];
  readonly brokenSenders: BrokenSender[] = [];
  /** When the text service was killed or stopped. */
  readonly textEnds: number[] = [];
  /** Responses that belong to no line. */
  surplusAnswers = 0;
  /** Texts that came to a browser and were not sent to its uid, or not like that. */
  strangers = 0;
  readonly faults = new Map<Fault, number>();
  #names = 0;

  get faultCount(): number {
    return [...this.faults.values()].reduce((sum, count) => sum + count, 0);
  }

  /** A name that no other message has. */
  nextName(): Name {
    this.#names += 1;
    return `m${this.#names}`;
  }

  send(name: Name, message: Pick<Sent, 'way' | 'uid' | 'text'>, now: number, isBad = false): void {
    this.sent.set(name, { ...message, isBad, sentAt: now, told: [], toldAt: Number.POSITIVE_INFINITY });
  }

  tell(name: Name, told: Told, now: number, seq?: number): void {
    const sent = this.sent.get(name);
    if (!sent) throw new Error(`${name} was never sent.`);
    sent.told.push(told);
    sent.toldAt = now;
    if (seq !== undefined) sent.seq = seq;
  }

  /** Lines that were not answered before their connection ended. */
  lose(names: readonly Name[], loss: Loss, now: number): void {
    for (const name of names) {
      const sent = this.sent.get(name);
      if (sent) sent.loss = loss;
    }
    if (loss === 'service-ended') this.brokenSenders.push({ at: now, unanswered: names.length });
  }

  /** `text` came to a browser of `uid`: the message, or a frame around it. */
  receive(uid: string, text: string): void {
    const name = nameIn(text);
    const sent = name === undefined ? undefined : this.sent.get(name);
    if (name === undefined || sent?.uid !== uid || !(text === sent.text || text.endsWith(`${sent.text}}`))) {
      this.strangers += 1;
      return;
    }
    this.received.set(name, (this.received.get(name) ?? 0) + 1);
  }

  /** Forgets what was sent and received, which is nearly all of the books' memory. */
  clear(): void {
    this.sent.clear();
    this.received.clear();
    // Pages have them, too.
    for (const { messages } of this.shown) messages.length = 0;
    for (const list of [this.ended, this.shown, this.brokenSenders]) list.length = 0;
  }

  fault(kind: Fault): void {
    this.faults.set(kind, (this.faults.get(kind) ?? 0) + 1);
  }
}

/** A message of the soak: its uid, its name, and so many characters more. */
export function messageText(uid: string, name: Name, padding: number): string {
  return JSON.stringify({ uid, name, padding: 'x'.repeat(padding) });
}

/** The name in a message, or in a frame around one. */
export function nameIn(text: string): Name | undefined {
  return /"name":"(m\d+)"/.exec(text)?.[1];
}
