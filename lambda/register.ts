import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { uidProblem } from '../protocol/uid.ts';
import { requireEnvironment } from './environment.ts';
import type { MessageEvent, RouteResponse } from './gateway-event.ts';
import { EnvironmentVariable, MessageRoute } from './names.ts';
import { registerConnection } from './registration/register-connection.ts';
import { DynamoDbConnectionTable } from './table/dynamodb-connection-table.ts';

const table = new DynamoDbConnectionTable(
  new DynamoDBClient({}),
  requireEnvironment(EnvironmentVariable.tableName),
);

/**
 * A browser's message. The first is its credential, the raw uid; nothing is answered. Later ones, and what can't be a uid, are
 * ignored, and so are frames.
 */
export async function handler(event: MessageEvent): Promise<RouteResponse> {
  const { routeKey } = event.requestContext;
  const uid = event.body ?? '';
  if (routeKey === MessageRoute.plain && uidProblem(uid) === undefined) {
    await registerConnection(table, event.requestContext, uid, Date.now());
  }
  return { statusCode: 200 };
}
