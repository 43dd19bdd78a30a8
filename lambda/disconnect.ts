import { dynamoDbClient } from './aws/dynamodb.ts';
import { requireEnvironment } from './environment.ts';
import type { DisconnectEvent, RouteResponse } from './gateway-event.ts';
import { EnvironmentVariable } from './names.ts';
import { forgetClosedConnection } from './registration/forget-connection.ts';
import { DynamoDbConnectionTable } from './table/dynamodb-connection-table.ts';

const table = new DynamoDbConnectionTable(
  dynamoDbClient(),
  requireEnvironment(EnvironmentVariable.tableName),
);

/** `$disconnect`: best effort, API Gateway may never call it; what it misses ends with the first 410, or expires. */
export async function handler(event: DisconnectEvent): Promise<RouteResponse> {
  await forgetClosedConnection(table, event.requestContext);
  return { statusCode: 200 };
}
