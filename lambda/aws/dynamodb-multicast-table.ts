import { type DynamoDBDocumentClient, PutCommand, paginateQuery } from '@aws-sdk/lib-dynamodb';
import type { Counts } from '../broadcast/broadcast-table.ts';
import { type Standing, standingOf } from '../broadcast/set-aside.ts';
import type { MulticastRepetition } from '../multicast/chunk-task.ts';
import type {
  Chunk,
  MulticastMessage,
  MulticastState,
  MulticastTable,
  Part,
} from '../multicast/multicast-table.ts';
import { TableAttribute } from '../names.ts';
import { setAsideFrom } from './broadcast-items.ts';
import { getItem, type Item, putIfNone } from './dynamodb.ts';
import * as items from './multicast-items.ts';

const { partitionKey, sortKey } = TableAttribute;

export class DynamoDbMulticastTable implements MulticastTable {
  readonly #client: DynamoDBDocumentClient;
  readonly #tableName: string;

  constructor(client: DynamoDBDocumentClient, tableName: string) {
    this.#client = client;
    this.#tableName = tableName;
  }

  async addMulticast(
    id: string,
    message: MulticastMessage,
    chunks: readonly Chunk[],
    startedAt: number,
  ): Promise<void> {
    // Written again, they are the same.
    await Promise.all(
      [
        items.messageItem(id, message, startedAt),
        ...chunks.map((chunk, index) => items.chunkItem(id, index, chunk, startedAt)),
      ].map((Item) => this.#client.send(new PutCommand({ TableName: this.#tableName, Item }))),
    );
    // The state last: what can be asked about can be done.
    await this.#putIfNone(items.stateItem(id, message, chunks, startedAt));
  }

  async messageOf(id: string): Promise<MulticastMessage | undefined> {
    const item = await this.#get(items.messageKey(id));
    return item && items.messageFrom(item);
  }

  async chunkOf(id: string, chunk: number): Promise<Chunk | undefined> {
    const item = await this.#get(items.chunkKey(id, chunk));
    return item && items.chunkFrom(item);
  }

  async stateOf(id: string): Promise<MulticastState | undefined> {
    const pages = paginateQuery(
      { client: this.#client },
      {
        TableName: this.#tableName,
        ConsistentRead: true,
        KeyConditionExpression: '#pk = :multicast AND begins_with(#sk, :state)',
        ExpressionAttributeNames: { '#pk': partitionKey, '#sk': sortKey },
        ExpressionAttributeValues: {
          ':multicast': items.multicastPartition(id),
          ':state': items.stateSortKey,
        },
      },
    );
    const found: Item[] = [];
    for await (const page of pages) found.push(...(page.Items ?? []));
    return items.stateFrom(found);
  }

  beginPart(id: string, from: number, now: number): Promise<boolean> {
    return this.#putIfNone(items.begunItem(id, from, now));
  }

  async partFrom(id: string, from: number): Promise<Part | undefined> {
    const item = await this.#get(items.partKey(id, from));
    return item && items.partFrom(item);
  }

  /**
   * A part can be worked twice: its worker dies, or is so slow that the queue gives the task to another.
   *
   *     worker A                     worker B                     the part's item
   *     pushes to 0 … 299                                         none
   *                                  pushes to 0 … 499
   *     puts 0 … 299 if none: ✓                                   A's
   *                                  puts 0 … 499 if none: ✗      unchanged: 300 … 499 are in the next part
   */
  async finishPart(id: string, part: Part): Promise<Part> {
    if (await this.#putIfNone(items.partItem(id, part))) return part;
    return (await this.partFrom(id, part.from)) ?? part;
  }

  async standingOf(task: MulticastRepetition): Promise<Standing> {
    const { multicast, repetition, origin } = task;
    const [done, counted] = await Promise.all([
      this.#get(items.repetitionKey(multicast, repetition)),
      origin && this.#countedWith(multicast, origin),
    ]);
    return standingOf(task, done !== undefined, counted);
  }

  /** Returns the names under which posts were set aside that the origin's counts have, once it is counted. */
  async #countedWith(
    multicast: string,
    origin: NonNullable<MulticastRepetition['origin']>,
  ): Promise<string[] | undefined> {
    const key =
      'from' in origin
        ? items.partKey(multicast, origin.from)
        : items.repetitionKey(multicast, origin.repetition);
    const item = await this.#get(key);
    return item && setAsideFrom(item);
  }

  async correctCounts(
    task: MulticastRepetition,
    change: Counts,
    now: number,
    setAside?: string,
  ): Promise<void> {
    // The queue may deliver a repetition twice.
    await this.#putIfNone(items.repetitionItem(task, change, setAside, now));
  }

  #putIfNone(Item: Item): Promise<boolean> {
    return putIfNone(this.#client, this.#tableName, Item);
  }

  #get(key: Item): Promise<Item | undefined> {
    return getItem(this.#client, this.#tableName, key);
  }
}
