import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { dynamoDbClient } from '../../lambda/aws/dynamodb.ts';
import { requireEnvironment } from '../../lambda/environment.ts';
import { DynamoDbBothTables } from '../../lambda/messages/dynamodb-both-tables.ts';
import { DynamoDbMessageLog } from '../../lambda/messages/dynamodb-message-log.ts';
import { EnvironmentVariable } from '../../lambda/names.ts';
import { createRegisterHandler } from '../../lambda/register-handler.ts';
import { connectionsClient, SdkConnections } from './sdk-adapters/api-gateway-connections.ts';
import { SdkConnectionTable } from './sdk-adapters/dynamodb-connection-table.ts';
import { readValidValues } from './sdk-adapters/secret-source.ts';

/** `lambda/register.ts` on the AWS SDK: what it is measured against. */

const secretsManager = new SecretsManagerClient({});
const tableName = requireEnvironment(EnvironmentVariable.tableName);
const messageTableName = requireEnvironment(EnvironmentVariable.messageTableName);
const messageClient = dynamoDbClient();
const connectionsUrl = requireEnvironment(EnvironmentVariable.connectionsUrl);

export const handler = createRegisterHandler({
  table: new SdkConnectionTable(new DynamoDBClient({}), tableName),
  // Stored messages have no variant on the SDK.
  log: new DynamoDbMessageLog(messageClient, messageTableName),
  bothTables: new DynamoDbBothTables(messageClient, tableName, messageTableName),
  connections: new SdkConnections(connectionsClient(connectionsUrl, 10), 3_000),
  readSecret: (secretId) => readValidValues(secretsManager, secretId),
});
