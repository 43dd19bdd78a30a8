import { type DynamoDBDocumentClient, ScanCommand } from '@aws-sdk/lib-dynamodb';
import type { CountPage } from '../metrics/count-connections.ts';
import { onlyOpenConnections } from './connection-items.ts';
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
        ...(segments > 1 && { Segment: 0, TotalSegments: segments }),
        ...(cursor && { ExclusiveStartKey: cursor }),
        ...onlyOpenConnections(now),
      }),
    );
    return { count: Count, ...(next && { next }) };
  };
}
