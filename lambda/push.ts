import { dynamoDbClient } from './aws/dynamodb.ts';
import { secretsManagerClient } from './aws/secrets-manager.ts';
import { sqsClient } from './aws/sqs.ts';
import { BroadcastQueue } from './broadcast/broadcast-queue.ts';
import { DynamoDbBroadcastTable } from './broadcast/dynamodb-broadcast-table.ts';
import { ApiGatewayConnections } from './connection/api-gateway-connections.ts';
import { requireEnvironment } from './environment.ts';
import { DynamoDbRequestTable } from './idempotency/dynamodb-request-table.ts';
import { DynamoDbMessageLog } from './messages/dynamodb-message-log.ts';
import { EnvironmentVariable } from './names.ts';
import { createPushHandler } from './push-handler.ts';
import { MAX_CONCURRENT_CONNECTION_REQUESTS, MAX_CONCURRENT_TABLE_REQUESTS } from './push-service.ts';
import { readValidValues } from './secret/secret-source.ts';
import { DynamoDbConnectionTable } from './table/dynamodb-connection-table.ts';

/** A connection that takes longer must not hold up the answer. */
const connectionTimeoutMs = 3_000;

const dynamoDb = dynamoDbClient({ maxSockets: MAX_CONCURRENT_TABLE_REQUESTS });
const secretsManager = secretsManagerClient();
const tableName = requireEnvironment(EnvironmentVariable.tableName);
const messageTableName = requireEnvironment(EnvironmentVariable.messageTableName);

/** The push URL. */
export const handler = createPushHandler(
  {
    table: new DynamoDbConnectionTable(dynamoDb, tableName),
    connections: new ApiGatewayConnections({
      url: requireEnvironment(EnvironmentVariable.connectionsUrl),
      maxSockets: MAX_CONCURRENT_CONNECTION_REQUESTS,
      timeoutMs: connectionTimeoutMs,
    }),
    broadcasts: new DynamoDbBroadcastTable(dynamoDb, tableName, messageTableName),
    queue: new BroadcastQueue(sqsClient(), requireEnvironment(EnvironmentVariable.broadcastQueueUrl)),
    messages: {
      log: new DynamoDbMessageLog(dynamoDb, messageTableName),
      requests: new DynamoDbRequestTable(dynamoDb, messageTableName),
      maxTtlSeconds: Number(requireEnvironment(EnvironmentVariable.maxTtlSeconds)),
    },
  },
  (secretId) => readValidValues(secretsManager, secretId),
);
