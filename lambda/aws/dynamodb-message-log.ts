import { MAX_REPLAY_MESSAGES } from '../../protocol/limits.ts';
import type {
  LogEntry,
  MessageLog,
  MessageState,
  Receivable,
  StoredMessage,
} from '../messages/message-log.ts';
import { TableAttribute } from '../names.ts';
import { batchGet } from './batch-get.ts';
import type { Item } from './connection-items.ts';
import { type DynamoDb, isWritten, queryPages } from './dynamodb.ts';
import * as items from './message-items.ts';

const { partitionKey, sortKey, expiresAt } = TableAttribute;

export class DynamoDbMessageLog implements MessageLog {
  readonly #dynamoDb: DynamoDb;
  readonly #tableName: string;

  constructor(dynamoDb: DynamoDb, tableName: string) {
    this.#dynamoDb = dynamoDb;
    this.#tableName = tableName;
  }

  async latestOf(uid: string): Promise<number> {
    return items.latestFrom(await this.#get(items.counterKey(uid)));
  }

  async raiseLatest(uid: string, seq: number): Promise<void> {
    await isWritten(
      this.#dynamoDb.call('UpdateItem', {
        TableName: this.#tableName,
        Key: items.counterKey(uid),
        UpdateExpression: 'SET latest = :seq',
        ConditionExpression: 'attribute_not_exists(latest) OR latest < :seq',
        ExpressionAttributeValues: { ':seq': { N: String(seq) } },
      }),
    );
  }

  async addMessage(uid: string, message: StoredMessage): Promise<boolean> {
    return isWritten(
      this.#dynamoDb.call('PutItem', {
        TableName: this.#tableName,
        Item: items.messageItem(uid, message),
        // A put whose answer was lost is tried again, and finds its own message.
        ConditionExpression: 'attribute_not_exists(#pk) OR id = :id',
        ExpressionAttributeNames: { '#pk': partitionKey },
        ExpressionAttributeValues: { ':id': { S: message.id } },
      }),
    );
  }

  async *entriesAfter(uid: string, since: number, now: number): AsyncGenerator<LogEntry> {
    const pages = queryPages(this.#dynamoDb, {
      TableName: this.#tableName,
      ConsistentRead: true,
      KeyConditionExpression: '#pk = :uid AND #sk BETWEEN :first AND :last',
      FilterExpression: 'keptUntil > :now',
      ExpressionAttributeNames: { '#pk': partitionKey, '#sk': sortKey },
      ExpressionAttributeValues: {
        ':uid': items.logPartition(uid),
        ':first': items.messageSortKey(since + 1),
        ':last': items.messageSortKey(Number.MAX_SAFE_INTEGER),
        ':now': { N: String(now) },
      },
      // What a reader takes: without it, the smaller the messages, the more would be read and paid for in vain.
      Limit: MAX_REPLAY_MESSAGES,
    });
    for await (const page of pages) {
      for (const item of page.Items ?? []) {
        const entry = items.entryFrom(item, now);
        if (entry) yield entry;
      }
    }
  }

  async entryOf(uid: string, seq: number, now: number): Promise<LogEntry | undefined> {
    const item = await this.#get(items.messageKey(uid, seq));
    return item && items.entryFrom(item, now);
  }

  async takeBack(uid: string, seq: number, now: number): Promise<boolean> {
    return isWritten(
      this.#dynamoDb.call('UpdateItem', {
        TableName: this.#tableName,
        Key: items.messageKey(uid, seq),
        UpdateExpression: 'REMOVE id, #text',
        ConditionExpression: 'attribute_exists(id) AND keptUntil > :now',
        ExpressionAttributeNames: { '#text': 'text' },
        ExpressionAttributeValues: { ':now': { N: String(now) } },
      }),
    );
  }

  async noteDelivered(uid: string, message: Receivable, at: number): Promise<void> {
    await this.#note(uid, message, 'deliveredAt', at);
  }

  async noteAcknowledged(uid: string, message: Receivable, at: number): Promise<void> {
    await this.#note(uid, message, 'acknowledgedAt', at);
  }

  async stateOf(uid: string, seq: number, now: number): Promise<MessageState> {
    const tableName = this.#tableName;
    const [counter, message, receipt] = await batchGet(this.#dynamoDb, [
      { tableName, key: items.counterKey(uid) },
      { tableName, key: items.messageKey(uid, seq) },
      { tableName, key: items.receiptKey(uid, seq) },
    ] as const);
    const entry = message && items.entryFrom(message, now);
    return {
      latest: items.latestFrom(counter),
      receipt: items.receiptFrom(receipt),
      ...(entry && { entry }),
    };
  }

  async #note(
    uid: string,
    { seq, keptUntil }: Receivable,
    event: 'deliveredAt' | 'acknowledgedAt',
    at: number,
  ): Promise<void> {
    await this.#dynamoDb.call('UpdateItem', {
      TableName: this.#tableName,
      Key: items.receiptKey(uid, seq),
      UpdateExpression: 'SET #event = if_not_exists(#event, :at), #expiresAt = :expiry',
      ExpressionAttributeNames: { '#event': event, '#expiresAt': expiresAt },
      ExpressionAttributeValues: { ':at': { N: String(at) }, ':expiry': items.messageExpiry(keptUntil) },
    });
  }

  async #get(Key: Item): Promise<Item | undefined> {
    return (await this.#dynamoDb.call('GetItem', { TableName: this.#tableName, Key, ConsistentRead: true }))
      .Item;
  }
}
