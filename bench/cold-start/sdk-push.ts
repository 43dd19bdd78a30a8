import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SQSClient } from '@aws-sdk/client-sqs';
import { BroadcastQueue } from '../../lambda/broadcast/broadcast-queue.ts';
import { DynamoDbBroadcastTable } from '../../lambda/broadcast/dynamodb-broadcast-table.ts';
import { requireEnvironment } from '../../lambda/environment.ts';
import { DynamoDbRequestTable } from '../../lambda/idempotency/dynamodb-request-table.ts';
import { DynamoDbMessageLog } from '../../lambda/messages/dynamodb-message-log.ts';
import { EnvironmentVariable } from '../../lambda/names.ts';
import { createPushHandler } from '../../lambda/push-handler.ts';
import {
  MAX_CONCURRENT_CONNECTION_REQUESTS,
  MAX_CONCURRENT_TABLE_REQUESTS,
} from '../../lambda/push-service.ts';
import { readValidValues } from '../../lambda/secret/secret-source.ts';
import { DynamoDbConnectionTable } from '../../lambda/table/dynamodb-connection-table.ts';
import { sdkDynamoDb, sdkSecretsManager, sdkSqs } from './sdk-calls.ts';
import { connectionsClient, SdkConnections } from './sdk-connections.ts';

/** `lambda/push.ts` on the AWS SDK: what it is measured against. */

const dynamoDb = sdkDynamoDb(
  new DynamoDBClient({ requestHandler: { httpsAgent: { maxSockets: MAX_CONCURRENT_TABLE_REQUESTS } } }),
);
const sqs = sdkSqs(new SQSClient({}));
const secretsManager = sdkSecretsManager(new SecretsManagerClient({}));
const tableName = requireEnvironment(EnvironmentVariable.tableName);
const messageTableName = requireEnvironment(EnvironmentVariable.messageTableName);
const connectionsUrl = requireEnvironment(EnvironmentVariable.connectionsUrl);

export const handler = createPushHandler(
  {
    table: new DynamoDbConnectionTable(dynamoDb, tableName),
    connections: new SdkConnections(
      connectionsClient(connectionsUrl, MAX_CONCURRENT_CONNECTION_REQUESTS),
      3_000,
    ),
    broadcasts: new DynamoDbBroadcastTable(dynamoDb, tableName),
    queue: new BroadcastQueue(sqs, requireEnvironment(EnvironmentVariable.broadcastQueueUrl)),
    messages: {
      log: new DynamoDbMessageLog(dynamoDb, messageTableName),
      requests: new DynamoDbRequestTable(dynamoDb, messageTableName),
      maxTtlSeconds: Number(requireEnvironment(EnvironmentVariable.maxTtlSeconds)),
    },
  },
  (secretId) => readValidValues(secretsManager, secretId),
);
