import {
  COUNTER_SECONDS,
  type Counter,
  isTakenBack,
  type LogEntry,
  type MessageLog,
  type MessageState,
  type Receipt,
  type StoredMessage,
  type StoredSeq,
} from '../../lambda/messages/message-log.ts';

type Items = {
  latest: number;
  endsAt: number;
  entries: Map<number, LogEntry>;
  receipts: Map<number, Receipt>;
};

/** A message log in memory: each operation is atomic, but that a page is read item by item. */
export class MemoryMessageLog implements MessageLog {
  readonly #uids = new Map<string, Items>();

  async latestOf(uid: string): Promise<number> {
    return this.#items(uid).latest;
  }

  async raiseLatest(uid: string, seq: number, now: number): Promise<void> {
    const items = this.#items(uid);
    if (seq <= items.latest) return;
    items.latest = seq;
    items.endsAt = now + COUNTER_SECONDS * 1_000;
  }

  async keepCounter(uid: string, seq: number, now: number): Promise<boolean> {
    const items = this.#items(uid);
    if (items.latest === 0 || items.latest < seq) return false;
    items.endsAt = now + COUNTER_SECONDS * 1_000;
    return true;
  }

  /** As it is read, with its end. */
  counterOf(uid: string): Counter {
    const { latest, endsAt } = this.#items(uid);
    return { latest, ...(latest > 0 && { endsAt }) };
  }

  async addMessage(uid: string, message: StoredMessage): Promise<boolean> {
    const { entries } = this.#items(uid);
    const there = entries.get(message.seq);
    if (there && (isTakenBack(there) || there.id !== message.id)) return false;
    entries.set(message.seq, { ...message });
    return true;
  }

  async *entriesAfter(uid: string, since: number, now: number): AsyncIterable<LogEntry> {
    const { entries } = this.#items(uid);
    const next = (seq: number) => Math.min(...[...entries.keys()].filter((other) => other > seq));
    for (let seq = next(since); Number.isFinite(seq); seq = next(seq)) {
      const entry = this.#find(uid, seq, now);
      if (entry) yield entry;
    }
  }

  async entryOf(uid: string, seq: number, now: number): Promise<LogEntry | undefined> {
    return this.#find(uid, seq, now);
  }

  async takeBack(uid: string, seq: number, now: number): Promise<boolean> {
    const entry = this.#find(uid, seq, now);
    if (entry === undefined || isTakenBack(entry)) return false;
    const { storedAt, storedUntil } = entry;
    this.#items(uid).entries.set(seq, { seq, storedAt, storedUntil, isTakenBack: true });
    return true;
  }

  async recordDelivered(uid: string, { seq }: StoredSeq, at: number): Promise<void> {
    this.#note(uid, seq, { deliveredAt: at });
  }

  async recordAcknowledged(uid: string, { seq }: StoredSeq, at: number): Promise<void> {
    this.#note(uid, seq, { acknowledgedAt: at });
  }

  async stateOf(uid: string, seq: number, now: number): Promise<MessageState> {
    const { latest, receipts } = this.#items(uid);
    const entry = this.#find(uid, seq, now);
    return { latest, receipt: { ...receipts.get(seq) }, ...(entry && { entry }) };
  }

  /** As DynamoDB does at some time after their end: deletes the counters of which that has passed. */
  deleteCounters(now: number): void {
    for (const items of this.#uids.values()) if (items.endsAt <= now) items.latest = 0;
  }

  /** The same with the messages. */
  deleteUntil(time: number): void {
    for (const { entries } of this.#uids.values()) {
      for (const [seq, { storedUntil }] of entries) if (storedUntil <= time) entries.delete(seq);
    }
  }

  #find(uid: string, seq: number, now: number): LogEntry | undefined {
    const entry = this.#items(uid).entries.get(seq);
    return entry && entry.storedUntil > now ? { ...entry } : undefined;
  }

  #note(uid: string, seq: number, receipt: Receipt): void {
    const { receipts } = this.#items(uid);
    receipts.set(seq, { ...receipt, ...receipts.get(seq) });
  }

  #items(uid: string): Items {
    const items = this.#uids.get(uid) ?? { latest: 0, endsAt: 0, entries: new Map(), receipts: new Map() };
    this.#uids.set(uid, items);
    return items;
  }
}
