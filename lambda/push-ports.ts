import { ApiGatewayConnections } from './aws/api-gateway-connections.ts';
import { dynamoDbClient } from './aws/dynamodb.ts';
import { DynamoDbMessageLog } from './aws/dynamodb-message-log.ts';
import { DynamoDbRequestTable } from './aws/dynamodb-request-table.ts';
import { requireEnvironment } from './environment.ts';
import { EnvironmentVariable } from './names.ts';
import type { MessagePorts } from './push/stored-pushes.ts';
import { MAX_CONCURRENT_CONNECTION_REQUESTS, MAX_CONCURRENT_TABLE_REQUESTS } from './push-service.ts';

/** A connection that takes longer must not hold up the answer. */
const connectionTimeoutMs = 3_000;

/** The tables of the functions that answer push requests. */
export const dynamoDb = dynamoDbClient({ maxSockets: MAX_CONCURRENT_TABLE_REQUESTS });

export function connectionsOfEnvironment(): ApiGatewayConnections {
  return new ApiGatewayConnections({
    url: requireEnvironment(EnvironmentVariable.connectionsUrl),
    maxSockets: MAX_CONCURRENT_CONNECTION_REQUESTS,
    timeoutMs: connectionTimeoutMs,
  });
}

export function messagesOfEnvironment(): MessagePorts {
  const tableName = requireEnvironment(EnvironmentVariable.messageTableName);
  return {
    log: new DynamoDbMessageLog(dynamoDb, tableName),
    requests: new DynamoDbRequestTable(dynamoDb, tableName),
    maxTtlSeconds: Number(requireEnvironment(EnvironmentVariable.maxTtlSeconds)),
  };
}
