import { randomUUID } from 'node:crypto';
import {
  DeleteCommand,
  type DynamoDBDocumentClient,
  PutCommand,
  QueryCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import { batchesOf } from '../batches.ts';
import { TableAttribute } from '../names.ts';
import type { Connection } from '../table/connection-table.ts';
import type { StoredWatchList, Watcher, WatchStanding, WatchTable } from '../watch/watch-table.ts';
import { connectionFrom, connectionKey } from './connection-items.ts';
import { batchGet, batchWrite, getItem, type Item, ifNone, isWritten } from './dynamodb.ts';

const { partitionKey, sortKey, expiresAt } = TableAttribute;

/**
 * The most items of one read.
 * Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html
 */
const largestRead = 100;

/**
 * In the table of the stored messages, since broadcasts read all of the other:
 *
 * | item                 | pk                        | sk               | attributes                             |
 * |----------------------|---------------------------|------------------|----------------------------------------|
 * | list of a connection | `watching#<connectionId>` | `<uid>`          | as `StoredWatchList`                   |
 * | watcher of a uid     | `watch#<uid>`             | `<connectionId>` | watcher: the uid of the connection     |
 * | count of a minute    | `watch-began#<uid>`       | `<minute>`       | begun                                  |
 *
 * All have `expiresAt`. A list that is settled has no `unsettled`.
 */
export class DynamoDbWatchTable implements WatchTable {
  readonly #client: DynamoDBDocumentClient;
  readonly #tableName: string;
  readonly #connectionTable: string;

  constructor(client: DynamoDBDocumentClient, tableName: string, connectionTable: string) {
    this.#client = client;
    this.#tableName = tableName;
    this.#connectionTable = connectionTable;
  }

  async standing(watcher: Watcher): Promise<WatchStanding> {
    const [connection, list] = await batchGet(this.#client, [
      this.#addressOf(watcher),
      { tableName: this.#tableName, key: listKey(watcher) },
    ] as const);
    return {
      ...(connection && { connection: connectionFrom(connection) }),
      ...(list && { list: listFrom(list) }),
    };
  }

  async listOf(watcher: Watcher): Promise<StoredWatchList | undefined> {
    const item = await getItem(this.#client, this.#tableName, listKey(watcher));
    return item && listFrom(item);
  }

  replaceList(
    watcher: Watcher,
    version: string | undefined,
    { unsettled, ...list }: Omit<StoredWatchList, 'version'>,
  ): Promise<boolean> {
    const Item = {
      ...listKey(watcher),
      ...list,
      ...(unsettled.length > 0 && { unsettled }),
      version: randomUUID(),
    };
    const condition = version === undefined ? ifNone : ifVersion(version);
    return isWritten(this.#client.send(new PutCommand({ TableName: this.#tableName, Item, ...condition })));
  }

  countBegun(uid: string, minute: number, count: number, most: number): Promise<boolean> {
    return isWritten(
      this.#client.send(
        new UpdateCommand({
          TableName: this.#tableName,
          Key: { [partitionKey]: `watch-began#${uid}`, [sortKey]: String(minute) },
          UpdateExpression: 'SET #expiresAt = :expiresAt ADD begun :count',
          ConditionExpression: 'attribute_not_exists(begun) OR begun <= :before',
          ExpressionAttributeNames: { '#expiresAt': expiresAt },
          ExpressionAttributeValues: {
            ':count': count,
            ':before': most - count,
            // A minute later than it ends, for clocks that differ.
            ':expiresAt': (minute + 2) * 60,
          },
        }),
      ),
    );
  }

  noteSettled(watcher: Watcher, version: string): Promise<boolean> {
    return isWritten(
      this.#client.send(
        new UpdateCommand({
          TableName: this.#tableName,
          Key: listKey(watcher),
          UpdateExpression: 'REMOVE unsettled',
          ...ifVersion(version),
        }),
      ),
    );
  }

  removeList(watcher: Watcher, version: string): Promise<boolean> {
    const Key = listKey(watcher);
    const command = new DeleteCommand({ TableName: this.#tableName, Key, ...ifVersion(version) });
    return isWritten(this.#client.send(command));
  }

  async writeRows(
    watcher: Watcher,
    { put, removed }: { put: readonly string[]; removed: readonly string[] },
    expiry: number,
  ): Promise<void> {
    const attributes = { watcher: watcher.uid, [expiresAt]: expiry };
    await batchWrite(this.#client, this.#tableName, [
      ...put.map((uid) => ({ PutRequest: { Item: { ...rowKey(uid, watcher), ...attributes } } })),
      ...removed.map((uid) => ({ DeleteRequest: { Key: rowKey(uid, watcher) } })),
    ]);
  }

  async watchersOf(
    uid: string,
    limit: number,
    after: string | undefined,
    now: number,
  ): Promise<{ watchers: readonly Watcher[]; next?: string }> {
    const { Items = [], LastEvaluatedKey } = await this.#client.send(
      new QueryCommand({
        TableName: this.#tableName,
        ConsistentRead: true,
        Limit: limit,
        KeyConditionExpression: '#pk = :pk',
        FilterExpression: '#expiresAt > :now',
        ExpressionAttributeNames: { '#pk': partitionKey, '#expiresAt': expiresAt },
        ExpressionAttributeValues: { ':pk': rowsPartition(uid), ':now': now / 1_000 },
        ...(after !== undefined && {
          ExclusiveStartKey: { [partitionKey]: rowsPartition(uid), [sortKey]: after },
        }),
      }),
    );
    return {
      watchers: Items.map((item) => ({ uid: String(item.watcher), connectionId: String(item[sortKey]) })),
      ...(LastEvaluatedKey && { next: String(LastEvaluatedKey[sortKey]) }),
    };
  }

  async connectionsOf(watchers: readonly Watcher[]): Promise<(Connection | undefined)[]> {
    const found = await Promise.all(
      batchesOf(watchers, largestRead).map((batch) =>
        batchGet(
          this.#client,
          batch.map((watcher) => this.#addressOf(watcher)),
        ),
      ),
    );
    return found.flat().map((item) => item && connectionFrom(item));
  }

  #addressOf({ uid, connectionId }: Watcher) {
    return { tableName: this.#connectionTable, key: connectionKey(uid, connectionId) };
  }
}

function listKey({ uid, connectionId }: Watcher): Item {
  return { [partitionKey]: `watching#${connectionId}`, [sortKey]: uid };
}

function rowsPartition(uid: string): string {
  return `watch#${uid}`;
}

function rowKey(uid: string, { connectionId }: Watcher): Item {
  return { [partitionKey]: rowsPartition(uid), [sortKey]: connectionId };
}

function ifVersion(version: string) {
  return { ConditionExpression: 'version = :version', ExpressionAttributeValues: { ':version': version } };
}

function listFrom(item: Item): StoredWatchList {
  const { uids, mayWatch, receivedAt, unsettled, version } = item;
  return {
    uids: textsOf(uids),
    ...(mayWatch !== undefined && { mayWatch: textsOf(mayWatch) }),
    receivedAt: Number(receivedAt),
    unsettled: textsOf(unsettled),
    expiresAt: Number(item[expiresAt]),
    version: String(version),
  };
}

function textsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}
