import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import dynalite from 'dynalite';
import { onTestFinished } from 'vitest';
import { DynamoDbBroadcastTable } from '../../lambda/broadcast/dynamodb-broadcast-table.ts';
import { TableAttribute } from '../../lambda/names.ts';
import { DynamoDbConnectionTable } from '../../lambda/table/dynamodb-connection-table.ts';

const tableName = 'connections';

/** An empty table on a DynamoDB stand-in, which ends with the test. */
export async function emptyTable(): Promise<{
  connections: DynamoDbConnectionTable;
  broadcasts: DynamoDbBroadcastTable;
}> {
  const server = dynalite({ createTableMs: 0 });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const client = new DynamoDBClient({
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    region: 'local',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  onTestFinished(async () => {
    client.destroy();
    server.close();
    await once(server, 'close');
  });
  await client.send(
    new CreateTableCommand({
      TableName: tableName,
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
  return {
    connections: new DynamoDbConnectionTable(client, tableName),
    broadcasts: new DynamoDbBroadcastTable(client, tableName),
  };
}
