import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { CreateTableCommand, DescribeTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import dynalite from 'dynalite';
import { onTestFinished } from 'vitest';
import { connectionCounts, onlineUidsOfTable } from '../../lambda/aws/connection-counts.ts';
import { documentClient } from '../../lambda/aws/dynamodb.ts';
import { DynamoDbBothTables } from '../../lambda/aws/dynamodb-both-tables.ts';
import { DynamoDbBroadcastTable } from '../../lambda/aws/dynamodb-broadcast-table.ts';
import { DynamoDbConnectionTable } from '../../lambda/aws/dynamodb-connection-table.ts';
import { DynamoDbGroupTable } from '../../lambda/aws/dynamodb-group-table.ts';
import { DynamoDbMessageLog } from '../../lambda/aws/dynamodb-message-log.ts';
import { DynamoDbMulticastTable } from '../../lambda/aws/dynamodb-multicast-table.ts';
import { DynamoDbPresenceTable } from '../../lambda/aws/dynamodb-presence-table.ts';
import { DynamoDbRequestTable } from '../../lambda/aws/dynamodb-request-table.ts';
import { DynamoDbRevocationTable } from '../../lambda/aws/dynamodb-revocation-table.ts';
import { DynamoDbWatchTable } from '../../lambda/aws/dynamodb-watch-table.ts';
import { TableAttribute } from '../../lambda/names.ts';
import type { PushResult } from '../../protocol/answers/push.ts';

const tableName = 'connections';
const messageTableName = 'messages';
const groupTableName = 'groups';

/** Empty tables on a DynamoDB stand-in, which ends with the test. */
export async function emptyTable(): Promise<{
  connections: DynamoDbConnectionTable;
  broadcasts: DynamoDbBroadcastTable;
  log: DynamoDbMessageLog;
  multicasts: DynamoDbMulticastTable;
  requests: DynamoDbRequestTable<PushResult>;
  bothTables: DynamoDbBothTables;
  revocations: DynamoDbRevocationTable;
  presences: DynamoDbPresenceTable;
  groups: DynamoDbGroupTable;
  watches: DynamoDbWatchTable;
  itemOf: (pk: string, sk: string) => Promise<Record<string, unknown> | undefined>;
  connectionCounts: (now: number) => ReturnType<typeof connectionCounts>;
  onlineUids: ReturnType<typeof onlineUidsOfTable>;
}> {
  const server = dynalite({ createTableMs: 0 });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const sdk = new DynamoDBClient({ endpoint, region: 'local', credentials });
  const dynamoDb = documentClient({ endpoint, caller: { ...credentials, region: 'local' } });
  onTestFinished(async () => {
    sdk.destroy();
    server.close();
    await once(server, 'close');
  });
  await Promise.all([tableName, messageTableName, groupTableName].map((name) => createTable(sdk, name)));
  return {
    connections: new DynamoDbConnectionTable(dynamoDb, tableName),
    broadcasts: new DynamoDbBroadcastTable(dynamoDb, tableName, messageTableName),
    log: new DynamoDbMessageLog(dynamoDb, messageTableName),
    multicasts: new DynamoDbMulticastTable(dynamoDb, messageTableName),
    requests: new DynamoDbRequestTable(dynamoDb, messageTableName),
    bothTables: new DynamoDbBothTables(dynamoDb, tableName, messageTableName),
    presences: new DynamoDbPresenceTable(dynamoDb, messageTableName),
    revocations: new DynamoDbRevocationTable(dynamoDb, messageTableName),
    groups: new DynamoDbGroupTable(dynamoDb, groupTableName, tableName),
    watches: new DynamoDbWatchTable(dynamoDb, messageTableName, tableName),
    itemOf: async (pk, sk) =>
      (await dynamoDb.send(new GetCommand({ TableName: messageTableName, Key: { pk, sk } }))).Item,
    connectionCounts: (now) => connectionCounts(dynamoDb, tableName, now),
    onlineUids: onlineUidsOfTable(dynamoDb, tableName),
  };
}

async function createTable(sdk: DynamoDBClient, TableName: string): Promise<void> {
  await sdk.send(
    new CreateTableCommand({
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: [
        { AttributeName: TableAttribute.partitionKey, KeyType: 'HASH' },
        { AttributeName: TableAttribute.sortKey, KeyType: 'RANGE' },
      ],
      AttributeDefinitions: [
        { AttributeName: TableAttribute.partitionKey, AttributeType: 'S' },
        { AttributeName: TableAttribute.sortKey, AttributeType: 'S' },
      ],
    }),
  );
  // The stand-in makes a table active a moment later, and knows none before.
  const status = async () => (await sdk.send(new DescribeTableCommand({ TableName }))).Table?.TableStatus;
  while ((await status()) !== 'ACTIVE');
}
