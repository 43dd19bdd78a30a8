import {
  type DynamoDBDocumentClient,
  paginateQuery,
  ScanCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import type {
  BroadcastMessage,
  BroadcastState,
  BroadcastTable,
  Counts,
  Cursor,
  Page,
  SegmentProgress,
} from '../broadcast/broadcast-table.ts';
import { BROADCAST_SEGMENTS, type PageTask, type RepetitionTask } from '../broadcast/broadcast-task.ts';
import { type Standing, standingOf } from '../broadcast/set-aside.ts';
import { TableAttribute } from '../names.ts';
import * as items from './broadcast-items.ts';
import { onlyOpenConnections, recipientFrom } from './connection-items.ts';
import { getItem, type Item, isWritten, putIfNone } from './dynamodb.ts';

const { partitionKey, sortKey, expiresAt } = TableAttribute;

export class DynamoDbBroadcastTable implements BroadcastTable {
  readonly #client: DynamoDBDocumentClient;
  readonly #connectionTable: string;
  readonly #messageTable: string;

  constructor(client: DynamoDBDocumentClient, connectionTable: string, messageTable: string) {
    this.#client = client;
    this.#connectionTable = connectionTable;
    this.#messageTable = messageTable;
  }

  async addBroadcast(id: string, message: BroadcastMessage, startedAt: number): Promise<void> {
    // The state last: a broadcast that can be asked about has its text. Started again, it has the text and the time of
    // the first start; or no text, if it was stopped in between.
    for (const Item of [items.textItem(id, message, startedAt), items.stateItem(id, message, startedAt)]) {
      await putIfNone(this.#client, this.#messageTable, Item);
    }
  }

  /**
   * The time first: a crash between the two writes leaves a broadcast that says it is stopped and goes on, and the
   * repetition of the request ends it.
   */
  async stop(id: string, now: number): Promise<void> {
    // The items exist, unless their week has just ended.
    const ifThere = { TableName: this.#messageTable, ConditionExpression: 'attribute_exists(#pk)' };
    const timeNoted = new UpdateCommand({
      ...ifThere,
      Key: items.broadcastKey(id, items.stateSortKey),
      UpdateExpression: 'SET stoppedAt = if_not_exists(stoppedAt, :now)',
      ExpressionAttributeNames: { '#pk': partitionKey },
      ExpressionAttributeValues: { ':now': now },
    });
    await isWritten(this.#client.send(timeNoted));
    // The item stays, so that a start which is repeated does not write the text again.
    const textDeleted = new UpdateCommand({
      ...ifThere,
      Key: items.broadcastKey(id, items.textSortKey),
      UpdateExpression: 'REMOVE #text',
      ExpressionAttributeNames: { '#pk': partitionKey, '#text': 'text' },
    });
    await isWritten(this.#client.send(textDeleted));
  }

  async messageOf(id: string): Promise<BroadcastMessage | undefined> {
    const item = await this.#get(items.broadcastKey(id, items.textSortKey));
    return item && items.messageFrom(item);
  }

  async progressOf(id: string, segment: number): Promise<SegmentProgress> {
    return items.progressFrom(await this.#get(items.segmentKey(id, segment)));
  }

  async stateOf(id: string): Promise<BroadcastState | undefined> {
    const pages = paginateQuery(
      { client: this.#client },
      {
        TableName: this.#messageTable,
        ConsistentRead: true,
        KeyConditionExpression: '#pk = :broadcast AND begins_with(#sk, :state)',
        ExpressionAttributeNames: { '#pk': partitionKey, '#sk': sortKey },
        ExpressionAttributeValues: {
          ':broadcast': items.broadcastPartition(id),
          ':state': items.stateSortKey,
        },
      },
    );
    const found: Item[] = [];
    for await (const page of pages) found.push(...(page.Items ?? []));
    return items.stateFrom(found);
  }

  async page(segment: number, start: Cursor | undefined, size: number, now: number): Promise<Page> {
    const { Items = [], LastEvaluatedKey } = await this.#client.send(
      new ScanCommand({
        TableName: this.#connectionTable,
        Segment: segment,
        TotalSegments: BROADCAST_SEGMENTS,
        ...(start ? { ExclusiveStartKey: { [partitionKey]: start.pk, [sortKey]: start.sk } } : {}),
        Limit: size,
        // Every connection that registered before the broadcast receives it.
        ConsistentRead: true,
        ...onlyOpenConnections(now),
      }),
    );
    const recipients = Items.map(recipientFrom);
    if (!LastEvaluatedKey) return { recipients };
    return { recipients, next: { pk: LastEvaluatedKey[partitionKey], sk: LastEvaluatedKey[sortKey] } };
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
  async finishPage(
    { broadcast, segment, page }: PageTask,
    counts: Counts,
    next: Cursor | undefined,
    now: number,
    setAside?: string,
  ): Promise<void> {
    const place = next ? 'cursorPk = :pk, cursorSk = :sk' : 'finishedAt = :now';
    const placeValues = next ? { ':pk': next.pk, ':sk': next.sk } : { ':now': now };
    const write = this.#client.send(
      new UpdateCommand({
        TableName: this.#messageTable,
        Key: items.segmentKey(broadcast, segment),
        ConditionExpression: page === 0 ? 'attribute_not_exists(pagesDone)' : 'pagesDone = :page',
        UpdateExpression: `SET pagesDone = :done, #expiresAt = :expiry, ${place} ADD delivered :delivered, gone :gone, failed :failed, excluded :excluded${setAside === undefined ? '' : ', setAside :setAside'}`,
        ExpressionAttributeNames: { '#expiresAt': expiresAt },
        ExpressionAttributeValues: {
          ...(page === 0 ? {} : { ':page': page }),
          ':done': page + 1,
          ':expiry': items.broadcastExpiry(now),
          ':delivered': counts.delivered,
          ':gone': counts.gone,
          ':failed': counts.failed,
          ':excluded': counts.excluded,
          ...(setAside !== undefined && { ':setAside': new Set([setAside]) }),
          ...placeValues,
        },
      }),
    );
    await isWritten(write);
  }

  async standingOf(task: RepetitionTask): Promise<Standing> {
    const { broadcast, repetition, origin } = task;
    const [done, counted] = await Promise.all([
      this.#get(items.repetitionKey(broadcast, repetition)),
      origin && this.#countedWith(broadcast, origin),
    ]);
    return standingOf(task, done !== undefined, counted);
  }

  /** Returns the names under which posts were set aside that the origin's counts have, once it is counted. */
  async #countedWith(
    broadcast: string,
    origin: NonNullable<RepetitionTask['origin']>,
  ): Promise<string[] | undefined> {
    const isPage = 'page' in origin;
    const item = await this.#get(
      isPage
        ? items.segmentKey(broadcast, origin.segment)
        : items.repetitionKey(broadcast, origin.repetition),
    );
    const isCounted = isPage ? items.progressFrom(item).pagesDone > origin.page : item !== undefined;
    return isCounted && item ? items.setAsideFrom(item) : undefined;
  }

  async correctCounts(task: RepetitionTask, change: Counts, now: number, setAside?: string): Promise<void> {
    // The queue may deliver a repetition twice.
    await putIfNone(this.#client, this.#messageTable, items.repetitionItem(task, change, setAside, now));
  }

  #get(key: Item): Promise<Item | undefined> {
    return getItem(this.#client, this.#messageTable, key);
  }
}
