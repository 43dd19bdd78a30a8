import { setTimeout as sleep } from 'node:timers/promises';
import type {
  AttributeValue,
  BatchGetItemCommandInput,
  BatchGetItemCommandOutput,
} from '@aws-sdk/client-dynamodb';
import type { DynamoDb } from './dynamodb.ts';

/** A key and where to find it. */
export type ItemAddress = { tableName: string; key: Item };

type Item = Record<string, AttributeValue>;

type Answer = Pick<BatchGetItemCommandOutput, 'Responses' | 'UnprocessedKeys'>;

const maxAttempts = 4;
const largestDelayMs = 200;

/**
 * Reads items, of several tables if need be, in one strongly consistent request: as many as are asked for, in that order; `undefined`
 * for those that don't exist. What DynamoDB leaves unread, as it may when it throttles, is asked for again.
 * Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html
 */
export async function batchGet<Addresses extends readonly ItemAddress[]>(
  dynamoDb: DynamoDb,
  addresses: Addresses,
): Promise<{ [Index in keyof Addresses]: Item | undefined }> {
  const found: { tableName: string; item: Item }[] = [];
  let unread: BatchGetItemCommandInput['RequestItems'] = requestFor(addresses);
  for (let attempt = 1; Object.keys(unread ?? {}).length > 0; attempt++) {
    if (attempt > maxAttempts) throw new Error('DynamoDB leaves items unread.');
    if (attempt > 1) await sleep(Math.random() * largestDelayMs);
    const answer: Answer = await dynamoDb.call('BatchGetItem', { RequestItems: unread });
    for (const [tableName, items] of Object.entries(answer.Responses ?? {})) {
      for (const item of items) found.push({ tableName, item });
    }
    unread = answer.UnprocessedKeys;
  }
  const itemAt = ({ tableName, key }: ItemAddress) =>
    found.find((one) => one.tableName === tableName && hasKey(one.item, key))?.item;
  return addresses.map(itemAt) as { [Index in keyof Addresses]: Item | undefined };
}

function requestFor(
  addresses: readonly ItemAddress[],
): NonNullable<BatchGetItemCommandInput['RequestItems']> {
  const request: NonNullable<BatchGetItemCommandInput['RequestItems']> = {};
  for (const { tableName, key } of addresses) {
    const ofTable = request[tableName] ?? { Keys: [], ConsistentRead: true };
    request[tableName] = { ...ofTable, Keys: [...(ofTable.Keys ?? []), key] };
  }
  return request;
}

/** All keys are texts. */
function hasKey(item: Item, key: Item): boolean {
  return Object.entries(key).every(([name, { S }]) => item[name]?.S === S);
}
