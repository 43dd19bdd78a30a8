import { type DynamoDBDocumentClient, ScanCommand } from '@aws-sdk/lib-dynamodb';
import type { CountPage } from '../metrics/count-connections.ts';
import { TableAttribute } from '../names.ts';
import type { ReadOnlineUids } from '../presence/count-online.ts';
import { onlyOpenConnections, recipientFrom } from './connection-items.ts';
import type { Item } from './dynamodb.ts';

/**
 * Counts the rows of connections that are open at `now`, milliseconds since the epoch. Not with strong consistency: it
 * costs half, and a count of many that come and go is a moment old anyhow.
 */
export function connectionCounts(
  client: DynamoDBDocumentClient,
  tableName: string,
  now: number,
): CountPage<Item> {
  return async (segments, cursor) => {
    const { Count = 0, LastEvaluatedKey: next } = await client.send(
      new ScanCommand({
        TableName: tableName,
        Select: 'COUNT',
        ...firstOf(segments, cursor),
        ...onlyOpenConnections(now),
      }),
    );
    return { count: Count, ...(next && { next }) };
  };
}

/** Reads whose the connections are that are open at `now`, strongly consistent, and nothing else of them. */
export function onlineUidsOfTable(client: DynamoDBDocumentClient, tableName: string): ReadOnlineUids<Item> {
  return async (now, segments, cursor) => {
    const { ExpressionAttributeNames, ...filter } = onlyOpenConnections(now);
    const { Items = [], LastEvaluatedKey: next } = await client.send(
      new ScanCommand({
        TableName: tableName,
        ConsistentRead: true,
        ProjectionExpression: '#pk, #sk',
        ...firstOf(segments, cursor),
        ...filter,
        ExpressionAttributeNames: { ...ExpressionAttributeNames, '#pk': TableAttribute.partitionKey },
      }),
    );
    return { uids: Items.map((item) => recipientFrom(item).uid), ...(next && { next }) };
  };
}

/** The first of `segments` parts, from `cursor` on. */
function firstOf(segments: number, cursor: Item | undefined) {
  return {
    ...(segments > 1 && { Segment: 0, TotalSegments: segments }),
    ...(cursor && { ExclusiveStartKey: cursor }),
  };
}
