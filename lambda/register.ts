import { ApiGatewayConnections } from './aws/api-gateway-connections.ts';
import { dynamoDbClient } from './aws/dynamodb.ts';
import { DynamoDbBothTables } from './aws/dynamodb-both-tables.ts';
import { DynamoDbConnectionTable } from './aws/dynamodb-connection-table.ts';
import { DynamoDbMessageLog } from './aws/dynamodb-message-log.ts';
import { readValidValues } from './aws/secret-source.ts';
import { secretsManagerClient } from './aws/secrets-manager.ts';
import { requireEnvironment } from './environment.ts';
import { EnvironmentVariable } from './names.ts';
import { createRegisterHandler } from './register-handler.ts';

/** A uid's older connections that are closed at the same time. */
const maxConcurrentRequests = 10;

const requestTimeoutMs = 3_000;

const secretsManager = secretsManagerClient();

const dynamoDb = dynamoDbClient();
const tableName = requireEnvironment(EnvironmentVariable.tableName);
const messageTableName = requireEnvironment(EnvironmentVariable.messageTableName);

/** A browser's message, by the route that it selected. */
export const handler = createRegisterHandler({
  table: new DynamoDbConnectionTable(dynamoDb, tableName),
  log: new DynamoDbMessageLog(dynamoDb, messageTableName),
  bothTables: new DynamoDbBothTables(dynamoDb, tableName, messageTableName),
  connections: new ApiGatewayConnections({
    url: requireEnvironment(EnvironmentVariable.connectionsUrl),
    maxSockets: maxConcurrentRequests,
    timeoutMs: requestTimeoutMs,
  }),
  readSecret: (secretId) => readValidValues(secretsManager, secretId),
});
