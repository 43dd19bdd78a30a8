import { type DynamoDBDocumentClient, PutCommand, paginateQuery, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { MAX_REPLAY_MESSAGES } from '../../protocol/limits.ts';
import type {
  LogEntry,
  MessageLog,
  MessageState,
  Receipt,
  StoredMessage,
  StoredSeq,
} from '../messages/message-log.ts';
import { COUNTER_SECONDS, type Counter } from '../messages/message-log.ts';
import { PUSH_TIMEOUT_SECONDS, TableAttribute } from '../names.ts';
import { batchGet, getItem, type Item, isWritten } from './dynamodb.ts';

const { partitionKey, sortKey, expiresAt } = TableAttribute;

/**
 * The items of stored messages. They are not in the table of connections, all of which broadcasts and lists of who is
 * online read; nor is anything else that is no connection: requests with an idempotency key and the items of broadcasts
 * are in this table, too.
 *
 * | item             | pk          | sk                    | attributes                                      |
 * |------------------|-------------|-----------------------|-------------------------------------------------|
 * | counter of a uid | `uid#<uid>` | `counter`             | latest                                          |
 * | message          | `uid#<uid>` | `message#<16 digits>` | id, text, storedAt, keptUntil, only?, except?   |
 * | taken back       | `uid#<uid>` | `message#<16 digits>` | storedAt, keptUntil                             |
 * | receipt          | `uid#<uid>` | `receipt#<16 digits>` | deliveredAt, acknowledgedAt                     |
 *
 * `keptUntil` is `storedUntil`, by the name that items of earlier deployments have. Times are in milliseconds since the
 * epoch. All have `expiresAt`, by which DynamoDB deletes them, save counters of older releases until they are raised. A
 * receipt is an item of its own: a write costs by the size of the whole item, and the message has up to 128 KiB.
 * Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html
 */
export class DynamoDbMessageLog implements MessageLog {
  readonly #client: DynamoDBDocumentClient;
  readonly #tableName: string;

  constructor(client: DynamoDBDocumentClient, tableName: string) {
    this.#client = client;
    this.#tableName = tableName;
  }

  async latestOf(uid: string): Promise<number> {
    return latestFrom(await this.#get(counterKey(uid)));
  }

  async raiseLatest(uid: string, seq: number, now: number): Promise<void> {
    await isWritten(
      this.#client.send(
        new UpdateCommand({
          TableName: this.#tableName,
          Key: counterKey(uid),
          UpdateExpression: 'SET latest = :seq, #expiresAt = :expiry',
          ConditionExpression: 'attribute_not_exists(latest) OR latest < :seq',
          ExpressionAttributeNames: { '#expiresAt': expiresAt },
          ExpressionAttributeValues: { ':seq': seq, ':expiry': counterExpiry(now) },
        }),
      ),
    );
  }

  async keepCounter(uid: string, seq: number, now: number): Promise<boolean> {
    return isWritten(
      this.#client.send(
        new UpdateCommand({
          TableName: this.#tableName,
          Key: counterKey(uid),
          UpdateExpression: 'SET #expiresAt = :expiry',
          ConditionExpression: 'latest >= :seq',
          ExpressionAttributeNames: { '#expiresAt': expiresAt },
          ExpressionAttributeValues: { ':seq': seq, ':expiry': counterExpiry(now) },
        }),
      ),
    );
  }

  async addMessage(uid: string, message: StoredMessage): Promise<boolean> {
    return isWritten(
      this.#client.send(
        new PutCommand({
          TableName: this.#tableName,
          Item: messageItem(uid, message),
          // A put whose answer was lost is tried again, and finds its own message.
          ConditionExpression: 'attribute_not_exists(#pk) OR id = :id',
          ExpressionAttributeNames: { '#pk': partitionKey },
          ExpressionAttributeValues: { ':id': message.id },
        }),
      ),
    );
  }

  async *entriesAfter(uid: string, since: number, now: number): AsyncGenerator<LogEntry> {
    const pages = paginateQuery(
      { client: this.#client },
      {
        TableName: this.#tableName,
        ConsistentRead: true,
        KeyConditionExpression: '#pk = :uid AND #sk BETWEEN :first AND :last',
        FilterExpression: 'keptUntil > :now',
        ExpressionAttributeNames: { '#pk': partitionKey, '#sk': sortKey },
        ExpressionAttributeValues: {
          ':uid': logPartition(uid),
          ':first': messageSortKey(since + 1),
          ':last': messageSortKey(Number.MAX_SAFE_INTEGER),
          ':now': now,
        },
        // Limit of what the reader takes: without it, the smaller the messages, the more would be read in vain.
        Limit: MAX_REPLAY_MESSAGES,
      },
    );
    for await (const page of pages) {
      for (const item of page.Items ?? []) {
        const entry = entryFrom(item, now);
        if (entry) yield entry;
      }
    }
  }

  async entryOf(uid: string, seq: number, now: number): Promise<LogEntry | undefined> {
    const item = await this.#get(messageKey(uid, seq));
    return item && entryFrom(item, now);
  }

  async takeBack(uid: string, seq: number, now: number): Promise<boolean> {
    return isWritten(
      this.#client.send(
        new UpdateCommand({
          TableName: this.#tableName,
          Key: messageKey(uid, seq),
          UpdateExpression: 'REMOVE id, #text',
          ConditionExpression: 'attribute_exists(id) AND keptUntil > :now',
          ExpressionAttributeNames: { '#text': 'text' },
          ExpressionAttributeValues: { ':now': now },
        }),
      ),
    );
  }

  async recordDelivered(uid: string, message: StoredSeq, at: number): Promise<void> {
    await this.#record(uid, message, 'deliveredAt', at);
  }

  async recordAcknowledged(uid: string, message: StoredSeq, at: number): Promise<void> {
    await this.#record(uid, message, 'acknowledgedAt', at);
  }

  async stateOf(uid: string, seq: number, now: number): Promise<MessageState> {
    const tableName = this.#tableName;
    const [counter, message, receipt] = await batchGet(this.#client, [
      { tableName, key: counterKey(uid) },
      { tableName, key: messageKey(uid, seq) },
      { tableName, key: receiptKey(uid, seq) },
    ] as const);
    const entry = message && entryFrom(message, now);
    return {
      latest: latestFrom(counter),
      receipt: receiptFrom(receipt),
      ...(entry && { entry }),
    };
  }

  async #record(
    uid: string,
    { seq, storedUntil }: StoredSeq,
    event: 'deliveredAt' | 'acknowledgedAt',
    at: number,
  ): Promise<void> {
    await this.#client.send(
      new UpdateCommand({
        TableName: this.#tableName,
        Key: receiptKey(uid, seq),
        UpdateExpression: 'SET #event = if_not_exists(#event, :at), #expiresAt = :expiry',
        ExpressionAttributeNames: { '#event': event, '#expiresAt': expiresAt },
        ExpressionAttributeValues: { ':at': at, ':expiry': messageExpiry(storedUntil) },
      }),
    );
  }

  #get(key: Item): Promise<Item | undefined> {
    return getItem(this.#client, this.#tableName, key);
  }
}

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

function logPartition(uid: string): string {
  return `uid#${uid}`;
}

function messageSortKey(seq: number): string {
  return messagePrefix + padded(seq);
}

export function counterKey(uid: string): Item {
  return { [partitionKey]: logPartition(uid), [sortKey]: 'counter' };
}

function messageKey(uid: string, seq: number): Item {
  return { [partitionKey]: logPartition(uid), [sortKey]: messageSortKey(seq) };
}

function receiptKey(uid: string, seq: number): Item {
  return { [partitionKey]: logPartition(uid), [sortKey]: receiptPrefix + padded(seq) };
}

function messageItem(uid: string, message: StoredMessage): Item {
  const { seq, id, text, storedAt, storedUntil, selection } = message;
  return {
    ...messageKey(uid, seq),
    id,
    text,
    storedAt,
    keptUntil: storedUntil,
    ...selection,
    [expiresAt]: messageExpiry(storedUntil),
  };
}

/** Epoch seconds, as DynamoDB's TTL has it. */
function messageExpiry(storedUntil: number): number {
  return Math.ceil(storedUntil / 1_000) + DELETION_MARGIN_SECONDS;
}

/** `undefined` for one that was kept until `now`, which DynamoDB has not deleted yet. */
function entryFrom(item: Item, now: number): LogEntry | undefined {
  const seq = Number(String(item[sortKey]).slice(messagePrefix.length));
  const times = { storedAt: Number(item.storedAt), storedUntil: Number(item.keptUntil) };
  if (times.storedUntil <= now) return undefined;
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

function latestFrom(item: Item | undefined): number {
  return Number(item?.latest ?? 0);
}

/** Epoch seconds: until when a counter that is raised `now` is kept. */
function counterExpiry(now: number): number {
  return Math.ceil(now / 1_000) + COUNTER_SECONDS;
}

export function counterFrom(item: Item | undefined): Counter {
  const end = item?.[expiresAt];
  return { latest: latestFrom(item), ...(end !== undefined && { endsAt: Number(end) * 1_000 }) };
}

function receiptFrom(item: Item | undefined): Receipt {
  const { deliveredAt, acknowledgedAt } = item ?? {};
  return {
    ...(deliveredAt !== undefined && { deliveredAt: Number(deliveredAt) }),
    ...(acknowledgedAt !== undefined && { acknowledgedAt: Number(acknowledgedAt) }),
  };
}

function padded(seq: number): string {
  return String(seq).padStart(digits, '0');
}
