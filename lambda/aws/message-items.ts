import type { LogEntry, Receipt, StoredMessage } from '../messages/message-log.ts';
import { PUSH_TIMEOUT_SECONDS, TableAttribute } from '../names.ts';
import type { Item } from './dynamodb.ts';

/**
 * The items of stored messages. They are not in the table of connections, all of which broadcasts and lists of who is
 * online read; nor is anything else that is no connection: requests with an idempotency key and the items of broadcasts
 * are in this table, too.
 *
 * | item             | pk          | sk                       | attributes                             |
 * |------------------|-------------|--------------------------|----------------------------------------|
 * | counter of a uid | `uid#<uid>` | `counter`                | latest                                 |
 * | message          | `uid#<uid>` | `message#<16 digits>`    | id, text, storedAt, keptUntil, only?, except? |
 * | taken back       | `uid#<uid>` | `message#<16 digits>`    | storedAt, keptUntil                    |
 * | receipt          | `uid#<uid>` | `receipt#<16 digits>`    | deliveredAt, acknowledgedAt            |
 *
 * Times are in milliseconds since the epoch. All but the counter have `expiresAt`, by which DynamoDB deletes them. A
 * receipt is an item of its own: a write costs by the size of the whole item, and the message has up to 128 KiB.
 * Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html
 */
const { partitionKey, sortKey, expiresAt } = TableAttribute;

/**
 * How much longer than it is kept a message stays in the table, at least. While it is there its number is taken; a push
 * that read the counter before the number was given, and is slow, must not find it free again. So it is longer than a
 * push can last.
 */
export const DELETION_MARGIN_SECONDS = PUSH_TIMEOUT_SECONDS + 35;

const messagePrefix = 'message#';
const receiptPrefix = 'receipt#';

/** The digits of the largest safe integer. */
const digits = 16;

export function logPartition(uid: string): string {
  return `uid#${uid}`;
}

export function messageSortKey(seq: number): string {
  return messagePrefix + padded(seq);
}

export function counterKey(uid: string): Item {
  return { [partitionKey]: logPartition(uid), [sortKey]: 'counter' };
}

export function messageKey(uid: string, seq: number): Item {
  return { [partitionKey]: logPartition(uid), [sortKey]: messageSortKey(seq) };
}

export function receiptKey(uid: string, seq: number): Item {
  return { [partitionKey]: logPartition(uid), [sortKey]: receiptPrefix + padded(seq) };
}

export function messageItem(uid: string, message: StoredMessage): Item {
  const { seq, id, text, storedAt, keptUntil, selection } = message;
  return {
    ...messageKey(uid, seq),
    id,
    text,
    storedAt,
    keptUntil,
    ...selection,
    [expiresAt]: messageExpiry(keptUntil),
  };
}

/** Epoch seconds, as DynamoDB's TTL has it. */
export function messageExpiry(keptUntil: number): number {
  return Math.ceil(keptUntil / 1_000) + DELETION_MARGIN_SECONDS;
}

/** `undefined` for one that was kept until `now`, which DynamoDB has not deleted yet. */
export function entryFrom(item: Item, now: number): LogEntry | undefined {
  const seq = Number(String(item[sortKey]).slice(messagePrefix.length));
  const times = { storedAt: Number(item.storedAt), keptUntil: Number(item.keptUntil) };
  if (times.keptUntil <= now) return undefined;
  const { id, text } = item;
  if (typeof id !== 'string' || typeof text !== 'string') return { seq, ...times, isTakenBack: true };
  return { seq, id, text, ...times, ...selectionFrom(item) };
}

/** Its members are attributes of the item, so that a message for everybody has none. */
function selectionFrom({ only, except }: Item): Pick<StoredMessage, 'selection'> {
  if (only === undefined && except === undefined) return {};
  return {
    selection: {
      ...(Array.isArray(only) && { only: only.map(String) }),
      ...(Array.isArray(except) && { except: except.map(String) }),
    },
  };
}

export function latestFrom(item: Item | undefined): number {
  return Number(item?.latest ?? 0);
}

export function receiptFrom(item: Item | undefined): Receipt {
  const { deliveredAt, acknowledgedAt } = item ?? {};
  return {
    ...(deliveredAt !== undefined && { deliveredAt: Number(deliveredAt) }),
    ...(acknowledgedAt !== undefined && { acknowledgedAt: Number(acknowledgedAt) }),
  };
}

function padded(seq: number): string {
  return String(seq).padStart(digits, '0');
}
