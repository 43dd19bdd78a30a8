import { describeBroadcastTable } from '../contract/broadcast-table.ts';
import { describeConnectionTable } from '../contract/connection-table.ts';
import { emptyTable } from '../support/dynamodb.ts';
import { MemoryConnectionTable } from '../support/memory-connection-table.ts';

describeConnectionTable('DynamoDB', async () => (await emptyTable()).connections);
describeBroadcastTable('DynamoDB', emptyTable);
describeConnectionTable('the memory of the model tests', () => new MemoryConnectionTable());
