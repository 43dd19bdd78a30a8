/** A message that is kept for those who are not there. Times in milliseconds since the epoch. */
export type StoredMessage = {
  /** Its number within its uid, from 1. */
  seq: number;
  /** The push's id: a replay tells the same. */
  id: string;
  text: string;
  storedAt: number;
  /** Neither replayed nor told of from then on. */
  keptUntil: number;
};

/** What stays of a message that was taken back, until it would have expired. */
export type TakenBack = Pick<StoredMessage, 'seq' | 'storedAt' | 'keptUntil'> & { isTakenBack: true };

export type LogEntry = StoredMessage | TakenBack;

/** What became of a stored message, in milliseconds since the epoch; the first time of each stands. */
export type Receipt = { deliveredAt?: number; acknowledgedAt?: number };

/**
 * The stored messages of each uid, by their numbers. Named operations, each a single-item write or a strongly consistent read; the
 * order in which they are safe is the business of `store-messages.ts` and `replay.ts`.
 */
export interface MessageLog {
  /** The highest number that anybody has been told of; 0: none. */
  latestOf(uid: string): Promise<number>;
  /** Makes `seq` the highest number told of, unless a higher one is. */
  raiseLatest(uid: string, seq: number): Promise<void>;

  /** Writes a message unless another has its number. Whether it is there. */
  addMessage(uid: string, message: StoredMessage): Promise<boolean>;
  /**
   * The entries after `since` that have not expired at `now`, in order. Each is read strongly consistently, but not all at one moment:
   * of two written meanwhile the second may be there without the first.
   */
  entriesAfter(uid: string, since: number, now: number): AsyncIterable<LogEntry>;
  /** `undefined` when it expired or never was. */
  entryOf(uid: string, seq: number, now: number): Promise<LogEntry | undefined>;
  /** Whether it was taken back now: it was there, had not expired and had not been taken back. */
  takeBack(uid: string, seq: number, now: number): Promise<boolean>;

  noteDelivered(uid: string, message: Receivable, at: number): Promise<void>;
  noteAcknowledged(uid: string, message: Receivable, at: number): Promise<void>;
  /** All that is known of a number, in one read. */
  stateOf(uid: string, seq: number, now: number): Promise<MessageState>;
}

/** What a receipt is written for. */
export type Receivable = Pick<StoredMessage, 'seq' | 'keptUntil'>;

/** `latest`: the highest number told of. Without an entry the message has expired or never was. */
export type MessageState = { latest: number; entry?: LogEntry; receipt: Receipt };

export function isTakenBack(entry: LogEntry): entry is TakenBack {
  return 'isTakenBack' in entry;
}
