import { ConditionalCheckFailedException, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  BatchGetCommand,
  type BatchGetCommandInput,
  BatchWriteCommand,
  type BatchWriteCommandInput,
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
} from '@aws-sdk/lib-dynamodb';
import { type Clock, systemClock } from '../../protocol/clock.ts';
import { exponentialBackoff, retry } from '../../protocol/retry.ts';
import { batchesOf } from '../batches.ts';
import { TableAttribute } from '../names.ts';
import { type ClientOptions, tableSettings, withFastSettings } from './client-settings.ts';

/** An item, or a part of one such as its key: attributes as JavaScript's own values. */
export type Item = Record<string, unknown>;

/** A key and where to find it. */
export type ItemAddress = { tableName: string; key: Item };

/**
 * `queries`: the same client for operations of which there are many. Their attributes are in DynamoDB's own form, and
 * their middleware is put together once: that of a document client has the input of its command in it, so it can't be
 * kept. It is half of the CPU of a query.
 */
export type TableClient = DynamoDBDocumentClient & { readonly queries: DynamoDBClient };

/**
 * Returns a client of DynamoDB. An attribute that is `undefined` is an error; texts are stored as they are, empty ones
 * too.
 */
export function documentClient(options?: ClientOptions): TableClient {
  const settings = tableSettings(options);
  const client = withFastSettings(DynamoDBDocumentClient.from(new DynamoDBClient(settings)));
  const queries = withFastSettings(new DynamoDBClient({ ...settings, cacheMiddleware: true }));
  return Object.assign(client, { queries });
}

/** Returns whether a conditional write was done: `false` when its condition did not hold. */
export async function isWritten(write: Promise<unknown>): Promise<boolean> {
  return (await unlessRefused(write)) !== undefined;
}

/** Returns what a conditional write returned, or `undefined` when its condition did not hold. */
export async function unlessRefused<Output>(write: Promise<Output>): Promise<Output | undefined> {
  try {
    return await write;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return undefined;
    throw error;
  }
}

/** Reads an item, strongly consistent. */
export async function getItem(
  client: DynamoDBDocumentClient,
  TableName: string,
  Key: Item,
): Promise<Item | undefined> {
  return (await client.send(new GetCommand({ TableName, Key, ConsistentRead: true }))).Item;
}

/** Condition of a write that only makes an item, and never replaces one. */
export const ifNone = {
  ConditionExpression: 'attribute_not_exists(#pk)',
  ExpressionAttributeNames: { '#pk': TableAttribute.partitionKey },
};

/** Puts an item unless there is one of its key. Returns whether it did. */
export function putIfNone(client: DynamoDBDocumentClient, TableName: string, Item: Item): Promise<boolean> {
  return isWritten(client.send(new PutCommand({ TableName, Item, ...ifNone })));
}

const reads = { maxAttempts: 4, delayMs: () => 200 };

/**
 * Reads items, of several tables if need be, in one strongly consistent request: as many as are asked for, in that
 * order; `undefined` for those that don't exist. What DynamoDB leaves unread, as it may when it throttles, is asked for
 * again.
 * Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html
 */
export async function batchGet<Addresses extends readonly ItemAddress[]>(
  client: DynamoDBDocumentClient,
  addresses: Addresses,
  clock: Pick<Clock, 'now' | 'sleep'> = systemClock,
  random: () => number = Math.random,
): Promise<{ [Index in keyof Addresses]: Item | undefined }> {
  const found: { tableName: string; item: Item }[] = [];
  let unread: BatchGetCommandInput['RequestItems'] = requestFor(addresses);
  const isRead = await untilNothingIsLeft(
    async () => {
      const command: BatchGetCommand = new BatchGetCommand({ RequestItems: unread });
      const { Responses = {}, UnprocessedKeys = {} } = await client.send(command);
      for (const [tableName, items] of Object.entries(Responses)) {
        for (const item of items) found.push({ tableName, item });
      }
      unread = UnprocessedKeys;
      return UnprocessedKeys;
    },
    reads,
    clock,
    random,
  );
  if (!isRead) throw new Error('DynamoDB leaves items unread.');
  const itemAt = ({ tableName, key }: ItemAddress) =>
    found.find((one) => one.tableName === tableName && hasKey(one.item, key))?.item;
  return addresses.map(itemAt) as { [Index in keyof Addresses]: Item | undefined };
}

/**
 * The most writes of one batch.
 * Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchWriteItem.html
 */
const largestWriteBatch = 25;
const writes = { maxAttempts: 6, delayMs: (retries: number) => exponentialBackoff(100, 1_000, retries) };

/** A put, or a deletion, of an item by its key. */
export type WriteRequest = { PutRequest: { Item: Item } } | { DeleteRequest: { Key: Item } };

/**
 * Puts and deletes items whatever there is, in batches. Each write is one of its own: when this throws, some may have
 * been done. What DynamoDB leaves undone, as it may when it throttles, is asked for again.
 */
export async function batchWrite(
  client: DynamoDBDocumentClient,
  tableName: string,
  requests: readonly WriteRequest[],
  clock: Pick<Clock, 'now' | 'sleep'> = systemClock,
  random: () => number = Math.random,
): Promise<void> {
  await Promise.all(
    batchesOf(requests, largestWriteBatch).map(async (batch) => {
      let undone: BatchWriteCommandInput['RequestItems'] = { [tableName]: batch };
      const isDone = await untilNothingIsLeft(
        async () => {
          const command = new BatchWriteCommand({ RequestItems: undone });
          const { UnprocessedItems = {} } = await client.send(command);
          undone = UnprocessedItems;
          return UnprocessedItems;
        },
        writes,
        clock,
        random,
      );
      if (!isDone) throw new Error('DynamoDB leaves writes undone.');
    }),
  );
}

/**
 * Makes a request again while DynamoDB leaves a part of it undone, which `request` returns. Waits up to `delayMs`
 * before each retry, whose number is from 0. Returns whether nothing is left.
 */
async function untilNothingIsLeft(
  request: () => Promise<object>,
  { maxAttempts, delayMs }: { maxAttempts: number; delayMs(retries: number): number },
  clock: Pick<Clock, 'now' | 'sleep'>,
  random: () => number,
): Promise<boolean> {
  const isLeft = (left: object) => Object.keys(left).length > 0;
  const policy = {
    isRetryable: isLeft,
    delayMs: (retries: number) => random() * delayMs(retries),
    maxAttempts,
  };
  const left = await retry(request, policy, clock);
  return left !== undefined && !isLeft(left);
}

function requestFor(addresses: readonly ItemAddress[]): NonNullable<BatchGetCommandInput['RequestItems']> {
  const request: NonNullable<BatchGetCommandInput['RequestItems']> = {};
  for (const { tableName, key } of addresses) {
    const ofTable = request[tableName] ?? { Keys: [], ConsistentRead: true };
    request[tableName] = { ...ofTable, Keys: [...(ofTable.Keys ?? []), key] };
  }
  return request;
}

/** All keys are texts. */
function hasKey(item: Item, key: Item): boolean {
  return Object.entries(key).every(([name, text]) => item[name] === text);
}
