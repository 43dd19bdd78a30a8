import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { requireEnvironment } from '../../lambda/environment.ts';
import { DynamoDbBothTables } from '../../lambda/messages/dynamodb-both-tables.ts';
import { DynamoDbMessageLog } from '../../lambda/messages/dynamodb-message-log.ts';
import { EnvironmentVariable } from '../../lambda/names.ts';
import { createRegisterHandler } from '../../lambda/register-handler.ts';
import { readValidValues } from '../../lambda/secret/secret-source.ts';
import { DynamoDbConnectionTable } from '../../lambda/table/dynamodb-connection-table.ts';
import { sdkDynamoDb, sdkSecretsManager } from './sdk-calls.ts';
import { connectionsClient, SdkConnections } from './sdk-connections.ts';

/** `lambda/register.ts` on the AWS SDK: what it is measured against. */

const dynamoDb = sdkDynamoDb(new DynamoDBClient({}));
const secretsManager = sdkSecretsManager(new SecretsManagerClient({}));
const tableName = requireEnvironment(EnvironmentVariable.tableName);
const messageTableName = requireEnvironment(EnvironmentVariable.messageTableName);
const connectionsUrl = requireEnvironment(EnvironmentVariable.connectionsUrl);

export const handler = createRegisterHandler({
  table: new DynamoDbConnectionTable(dynamoDb, tableName),
  log: new DynamoDbMessageLog(dynamoDb, messageTableName),
  bothTables: new DynamoDbBothTables(dynamoDb, tableName, messageTableName),
  connections: new SdkConnections(connectionsClient(connectionsUrl, 10), 3_000),
  readSecret: (secretId) => readValidValues(secretsManager, secretId),
});
