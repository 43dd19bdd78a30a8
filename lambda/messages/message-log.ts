import { SEEN_SECONDS } from '../../protocol/limits.ts';
import type { Selection } from '../../protocol/selection.ts';
import { errorName, logError } from '../log.ts';

/** A message that is stored for connections to come. Times in milliseconds since the epoch. */
export type StoredMessage = {
  /** Its number within its uid, from 1. */
  seq: number;
  /** The push's id; a replay sends the same. */
  id: string;
  text: string;
  storedAt: number;
  /** From then on it is not replayed, and its status is `expired`. */
  storedUntil: number;
  /** To whom a replay sends it. Absent: to every connection of the uid. */
  selection?: Selection;
};

/** The entry of a message that was taken back, until it would have expired. */
export type TakenBack = Pick<StoredMessage, 'seq' | 'storedAt' | 'storedUntil'> & { isTakenBack: true };

export type LogEntry = StoredMessage | TakenBack;

/** When a stored message was first delivered and first acknowledged, in milliseconds since the epoch. */
export type Receipt = { deliveredAt?: number; acknowledgedAt?: number };

/**
 * For how long a counter is kept after it was raised, in seconds. Longer than messages are, and so much longer than
 * pages remember that a page that comes every day costs one write in a year.
 */
export const COUNTER_SECONDS = 2 * SEEN_SECONDS;

/** A counter as it was read. `endsAt`: in milliseconds since the epoch; absent, it has no end. */
export type Counter = { latest: number; endsAt?: number };

/**
 * The stored messages of each uid, by their numbers. Named operations, each a single-item write or a strongly
 * consistent read; `store-messages.ts` and `replay.ts` call them in an order that is safe.
 */
export interface MessageLog {
  /** Returns the highest published number: no number up to it is given again. 0: none. */
  latestOf(uid: string): Promise<number>;
  /** Raises the highest published number to `seq`, unless it is higher; it is kept for `COUNTER_SECONDS` then. */
  raiseLatest(uid: string, seq: number, now: number): Promise<void>;
  /** Keeps the counter for `COUNTER_SECONDS` if it is there and at least `seq`. Returns whether it was. */
  keepCounter(uid: string, seq: number, now: number): Promise<boolean>;

  /** Writes a message unless another has its number. Returns whether it is stored. */
  addMessage(uid: string, message: StoredMessage): Promise<boolean>;
  /**
   * Returns the entries after `since` that have not expired at `now`, in order. Each is read strongly consistently, but
   * not all at one moment: of two written meanwhile the second may be there without the first.
   */
  entriesAfter(uid: string, since: number, now: number): AsyncIterable<LogEntry>;
  /** Returns `undefined` if it has expired or never existed. */
  entryOf(uid: string, seq: number, now: number): Promise<LogEntry | undefined>;
  /** Deletes id and text. Returns whether it did: the entry existed, had not expired and had not been taken back. */
  takeBack(uid: string, seq: number, now: number): Promise<boolean>;

  recordDelivered(uid: string, message: StoredSeq, at: number): Promise<void>;
  recordAcknowledged(uid: string, message: StoredSeq, at: number): Promise<void>;
  /** Reads entry, receipt and counter in one request. */
  stateOf(uid: string, seq: number, now: number): Promise<MessageState>;
}

/** The number of a stored message, and until when it is stored: what its receipt needs. */
export type StoredSeq = Pick<StoredMessage, 'seq' | 'storedUntil'>;

/** `latest`: the highest published number. Without an entry the message has expired or never existed. */
export type MessageState = { latest: number; entry?: LogEntry; receipt: Receipt };

export function isTakenBack(entry: LogEntry): entry is TakenBack {
  return 'isTakenBack' in entry;
}

/** Never throws: the message is delivered, whether that is noted or not. */
export async function recordDelivered(
  log: Pick<MessageLog, 'recordDelivered'>,
  uid: string,
  message: StoredSeq,
  now: number,
): Promise<void> {
  try {
    await log.recordDelivered(uid, message, now);
  } catch (error) {
    logError('receipt-not-noted', { error: errorName(error) });
  }
}
