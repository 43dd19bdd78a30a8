import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { BothTables } from '../messages/both-tables.ts';
import * as connectionItems from './connection-items.ts';
import { batchGet, type Item } from './dynamodb.ts';
import { counterKey, latestFrom } from './dynamodb-message-log.ts';

export class DynamoDbBothTables implements BothTables {
  readonly #client: DynamoDBDocumentClient;
  readonly #connectionTable: string;
  readonly #messageTable: string;

  constructor(client: DynamoDBDocumentClient, connectionTable: string, messageTable: string) {
    this.#client = client;
    this.#connectionTable = connectionTable;
    this.#messageTable = messageTable;
  }

  async registrationAndLatest(connectionId: string, uid: string) {
    const { item, latest } = await this.#itemAndLatest(connectionItems.registrationKey(connectionId), uid);
    return { registration: item && connectionItems.registrationFrom(item), latest };
  }

  async connectionAndLatest(uid: string, connectionId: string, now: number) {
    const { item, latest } = await this.#itemAndLatest(connectionItems.connectionKey(uid, connectionId), uid);
    const connection = item && connectionItems.connectionFrom(item);
    return { connection: connection && connection.expiresAt > now / 1_000 ? connection : undefined, latest };
  }

  async #itemAndLatest(key: Item, uid: string) {
    const [item, counter] = await batchGet(this.#client, [
      { tableName: this.#connectionTable, key },
      { tableName: this.#messageTable, key: counterKey(uid) },
    ] as const);
    return { item, latest: latestFrom(counter) };
  }
}
