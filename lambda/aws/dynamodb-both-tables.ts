import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { BothTables } from '../messages/both-tables.ts';
import { lastingLatest } from '../messages/lasting-counter.ts';
import * as connectionItems from './connection-items.ts';
import { batchGet, type Item } from './dynamodb.ts';
import { counterFrom, counterKey, DynamoDbMessageLog } from './dynamodb-message-log.ts';
import { presenceKey } from './dynamodb-presence-table.ts';

export class DynamoDbBothTables implements BothTables {
  readonly #client: DynamoDBDocumentClient;
  readonly #connectionTable: string;
  readonly #messageTable: string;
  readonly #log: DynamoDbMessageLog;
  readonly #hasPresence: boolean;

  constructor(
    client: DynamoDBDocumentClient,
    connectionTable: string,
    messageTable: string,
    { hasPresence = false }: { hasPresence?: boolean } = {},
  ) {
    this.#client = client;
    this.#hasPresence = hasPresence;
    this.#connectionTable = connectionTable;
    this.#messageTable = messageTable;
    this.#log = new DynamoDbMessageLog(client, messageTable);
  }

  async registrationAndLatest(connectionId: string, uid: string, now: number) {
    const key = connectionItems.registrationKey(connectionId);
    const { item, latest, presence } = await this.#itemAndLatest(key, uid, now, this.#hasPresence);
    return {
      registration: item && connectionItems.registrationFrom(item),
      latest,
      ...(this.#hasPresence && { isOnline: presence?.isOnline === true }),
    };
  }

  async connectionAndLatest(uid: string, connectionId: string, now: number) {
    const key = connectionItems.connectionKey(uid, connectionId);
    const { item, latest } = await this.#itemAndLatest(key, uid, now);
    const connection = item && connectionItems.connectionFrom(item);
    return { connection: connection && connection.expiresAt > now / 1_000 ? connection : undefined, latest };
  }

  async #itemAndLatest(key: Item, uid: string, now: number, withPresence = false) {
    const tableName = this.#messageTable;
    const [item, counter, presence] = await batchGet(this.#client, [
      { tableName: this.#connectionTable, key },
      { tableName, key: counterKey(uid) },
      ...(withPresence ? [{ tableName, key: presenceKey(uid) }] : []),
    ] as const);
    return { item, latest: await lastingLatest(uid, counterFrom(counter), now, this.#log), presence };
  }
}
