import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SQSClient } from '@aws-sdk/client-sqs';
import { dynamoDbClient } from '../../lambda/aws/dynamodb.ts';
import { requireEnvironment } from '../../lambda/environment.ts';
import { DynamoDbRequestTable } from '../../lambda/idempotency/dynamodb-request-table.ts';
import { DynamoDbMessageLog } from '../../lambda/messages/dynamodb-message-log.ts';
import { EnvironmentVariable } from '../../lambda/names.ts';
import { createPushHandler } from '../../lambda/push-handler.ts';
import {
  MAX_CONCURRENT_CONNECTION_REQUESTS,
  MAX_CONCURRENT_TABLE_REQUESTS,
} from '../../lambda/push-service.ts';
import { connectionsClient, SdkConnections } from './sdk-adapters/api-gateway-connections.ts';
import { SdkBroadcastQueue } from './sdk-adapters/broadcast-queue.ts';
import { SdkBroadcastTable } from './sdk-adapters/dynamodb-broadcast-table.ts';
import { SdkConnectionTable } from './sdk-adapters/dynamodb-connection-table.ts';
import { readValidValues } from './sdk-adapters/secret-source.ts';

/** `lambda/push.ts` on the AWS SDK: what it is measured against. */

const dynamoDb = new DynamoDBClient({
  requestHandler: { httpsAgent: { maxSockets: MAX_CONCURRENT_TABLE_REQUESTS } },
});
const secretsManager = new SecretsManagerClient({});
const tableName = requireEnvironment(EnvironmentVariable.tableName);
const messageTableName = requireEnvironment(EnvironmentVariable.messageTableName);
const messageClient = dynamoDbClient();
const connectionsUrl = requireEnvironment(EnvironmentVariable.connectionsUrl);

export const handler = createPushHandler(
  {
    table: new SdkConnectionTable(dynamoDb, tableName),
    connections: new SdkConnections(
      connectionsClient(connectionsUrl, MAX_CONCURRENT_CONNECTION_REQUESTS),
      3_000,
    ),
    broadcasts: new SdkBroadcastTable(dynamoDb, tableName),
    queue: new SdkBroadcastQueue(
      new SQSClient({}),
      requireEnvironment(EnvironmentVariable.broadcastQueueUrl),
    ),
    // Stored messages have no variant on the SDK: what is measured stores nothing.
    messages: {
      log: new DynamoDbMessageLog(messageClient, messageTableName),
      requests: new DynamoDbRequestTable(messageClient, messageTableName),
      maxTtlSeconds: 0,
    },
  },
  (secretId) => readValidValues(secretsManager, secretId),
);
