import {
  BROADCAST_SEGMENTS,
  type BroadcastState,
  type BroadcastTable,
  type Counts,
  type Cursor,
  type Page,
  type SegmentProgress,
} from '../broadcast/broadcast-table.ts';
import type { PageTask, RepetitionTask } from '../broadcast/broadcast-task.ts';
import { TableAttribute } from '../names.ts';
import * as items from './broadcast-items.ts';
import { type Item, onlyOpenConnections, recipientFrom } from './connection-items.ts';
import { type DynamoDb, isWritten, queryPages } from './dynamodb.ts';

const { partitionKey, sortKey, expiresAt } = TableAttribute;

export class DynamoDbBroadcastTable implements BroadcastTable {
  readonly #dynamoDb: DynamoDb;
  readonly #connectionTable: string;
  readonly #messageTable: string;

  constructor(dynamoDb: DynamoDb, connectionTable: string, messageTable: string) {
    this.#dynamoDb = dynamoDb;
    this.#connectionTable = connectionTable;
    this.#messageTable = messageTable;
  }

  async addBroadcast(id: string, text: string, startedAt: number): Promise<void> {
    const TableName = this.#messageTable;
    // The state last: a broadcast that can be asked about has its text.
    await this.#dynamoDb.call('PutItem', { TableName, Item: items.textItem(id, text, startedAt) });
    await isWritten(
      this.#dynamoDb.call('PutItem', {
        TableName,
        Item: items.stateItem(id, startedAt),
        // Started again, it began the first time.
        ConditionExpression: 'attribute_not_exists(#pk)',
        ExpressionAttributeNames: { '#pk': partitionKey },
      }),
    );
  }

  async textOf(id: string): Promise<string | undefined> {
    return (await this.#get(items.broadcastKey(id, items.textSortKey)))?.text?.S;
  }

  async progressOf(id: string, segment: number): Promise<SegmentProgress> {
    return items.progressFrom(await this.#get(items.segmentKey(id, segment)));
  }

  async stateOf(id: string): Promise<BroadcastState | undefined> {
    const pages = queryPages(this.#dynamoDb, {
      TableName: this.#messageTable,
      ConsistentRead: true,
      KeyConditionExpression: '#pk = :broadcast AND begins_with(#sk, :state)',
      ExpressionAttributeNames: { '#pk': partitionKey, '#sk': sortKey },
      ExpressionAttributeValues: {
        ':broadcast': items.broadcastKey(id, '')[partitionKey] ?? { NULL: true },
        ':state': { S: items.stateSortKey },
      },
    });
    const found: Item[] = [];
    for await (const page of pages) found.push(...(page.Items ?? []));
    return items.stateFrom(found);
  }

  async page(segment: number, start: Cursor | undefined, size: number, now: number): Promise<Page> {
    const { Items = [], LastEvaluatedKey } = await this.#dynamoDb.call('Scan', {
      TableName: this.#connectionTable,
      Segment: segment,
      TotalSegments: BROADCAST_SEGMENTS,
      ...(start
        ? { ExclusiveStartKey: { [partitionKey]: { S: start.pk }, [sortKey]: { S: start.sk } } }
        : {}),
      Limit: size,
      // Whoever registered before the broadcast gets it.
      ConsistentRead: true,
      ...onlyOpenConnections(now),
    });
    const pk = LastEvaluatedKey?.[partitionKey]?.S;
    const sk = LastEvaluatedKey?.[sortKey]?.S;
    const next = pk !== undefined && sk !== undefined ? { next: { pk, sk } } : {};
    return { recipients: Items.map(recipientFrom), ...next };
  }

  /**
   * A page can be worked twice: its worker dies, or is so slow that the queue gives the page to another.
   *
   *     worker A                worker B               segment's item
   *     posts page 3                                   pagesDone 3
   *                             posts page 3 again
   *     counts it if 3: ✓                              pagesDone 4, A's counts
   *                             counts it if 3: ✗      unchanged; B's posts were repetitions
   */
  async finishPage(task: PageTask, counts: Counts, next: Cursor | undefined, now: number): Promise<void> {
    const { broadcast, segment, page } = task;
    const place = next ? 'cursorPk = :pk, cursorSk = :sk' : 'finishedAt = :now';
    const placeValues = next
      ? { ':pk': { S: next.pk }, ':sk': { S: next.sk } }
      : { ':now': { N: String(now) } };
    const write = this.#dynamoDb.call('UpdateItem', {
      TableName: this.#messageTable,
      Key: items.segmentKey(broadcast, segment),
      ConditionExpression: page === 0 ? 'attribute_not_exists(pagesDone)' : 'pagesDone = :page',
      UpdateExpression: `SET pagesDone = :done, #expiresAt = :expiry, ${place} ADD delivered :delivered, gone :gone, failed :failed`,
      ExpressionAttributeNames: { '#expiresAt': expiresAt },
      ExpressionAttributeValues: {
        ...(page === 0 ? {} : { ':page': { N: String(page) } }),
        ':done': { N: String(page + 1) },
        ':expiry': items.broadcastExpiry(now),
        ':delivered': { N: String(counts.delivered) },
        ':gone': { N: String(counts.gone) },
        ':failed': { N: String(counts.failed) },
        ...placeValues,
      },
    });
    await isWritten(write);
  }

  async correctCounts(task: RepetitionTask, change: Counts, now: number): Promise<void> {
    const write = this.#dynamoDb.call('PutItem', {
      TableName: this.#messageTable,
      Item: items.repetitionItem(task, change, now),
      // The queue may deliver a repetition twice.
      ConditionExpression: 'attribute_not_exists(#pk)',
      ExpressionAttributeNames: { '#pk': partitionKey },
    });
    await isWritten(write);
  }

  async #get(key: Item): Promise<Item | undefined> {
    const input = { TableName: this.#messageTable, Key: key, ConsistentRead: true };
    return (await this.#dynamoDb.call('GetItem', input)).Item;
  }
}
