import {
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  paginateQuery,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import { MAX_REPLAY_MESSAGES } from '../../protocol/limits.ts';
import type {
  LogEntry,
  MessageLog,
  MessageState,
  Receivable,
  StoredMessage,
} from '../messages/message-log.ts';
import { TableAttribute } from '../names.ts';
import { batchGet, type Item, isWritten } from './dynamodb.ts';
import * as items from './message-items.ts';

const { partitionKey, sortKey, expiresAt } = TableAttribute;

export class DynamoDbMessageLog implements MessageLog {
  readonly #client: DynamoDBDocumentClient;
  readonly #tableName: string;

  constructor(client: DynamoDBDocumentClient, tableName: string) {
    this.#client = client;
    this.#tableName = tableName;
  }

  async latestOf(uid: string): Promise<number> {
    return items.latestFrom(await this.#get(items.counterKey(uid)));
  }

  async raiseLatest(uid: string, seq: number): Promise<void> {
    await isWritten(
      this.#client.send(
        new UpdateCommand({
          TableName: this.#tableName,
          Key: items.counterKey(uid),
          UpdateExpression: 'SET latest = :seq',
          ConditionExpression: 'attribute_not_exists(latest) OR latest < :seq',
          ExpressionAttributeValues: { ':seq': seq },
        }),
      ),
    );
  }

  async addMessage(uid: string, message: StoredMessage): Promise<boolean> {
    return isWritten(
      this.#client.send(
        new PutCommand({
          TableName: this.#tableName,
          Item: items.messageItem(uid, message),
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
          ':uid': items.logPartition(uid),
          ':first': items.messageSortKey(since + 1),
          ':last': items.messageSortKey(Number.MAX_SAFE_INTEGER),
          ':now': now,
        },
        // What a reader takes: without it, the smaller the messages, the more would be read and paid for in vain.
        Limit: MAX_REPLAY_MESSAGES,
      },
    );
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
      this.#client.send(
        new UpdateCommand({
          TableName: this.#tableName,
          Key: items.messageKey(uid, seq),
          UpdateExpression: 'REMOVE id, #text',
          ConditionExpression: 'attribute_exists(id) AND keptUntil > :now',
          ExpressionAttributeNames: { '#text': 'text' },
          ExpressionAttributeValues: { ':now': now },
        }),
      ),
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
    const [counter, message, receipt] = await batchGet(this.#client, [
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
    await this.#client.send(
      new UpdateCommand({
        TableName: this.#tableName,
        Key: items.receiptKey(uid, seq),
        UpdateExpression: 'SET #event = if_not_exists(#event, :at), #expiresAt = :expiry',
        ExpressionAttributeNames: { '#event': event, '#expiresAt': expiresAt },
        ExpressionAttributeValues: { ':at': at, ':expiry': items.messageExpiry(keptUntil) },
      }),
    );
  }

  async #get(Key: Item): Promise<Item | undefined> {
    return (
      await this.#client.send(new GetCommand({ TableName: this.#tableName, Key, ConsistentRead: true }))
    ).Item;
  }
}
