import { describeBroadcastTable } from '../../contract/broadcast-table.ts';
import { describeConnectionTable } from '../../contract/connection-table.ts';
import { describeMessageLog } from '../../contract/message-log.ts';
import { describeRequestTable } from '../../contract/request-table.ts';
import { emptyTable } from '../../support/dynamodb.ts';
import { MemoryConnectionTable } from '../../support/memory-connection-table.ts';
import { MemoryMessageLog } from '../../support/memory-message-log.ts';
import { MemoryRequestTable } from '../../support/memory-request-table.ts';

describeConnectionTable('DynamoDB', async () => (await emptyTable()).connections);
describeConnectionTable('the memory of the model tests', () => new MemoryConnectionTable());
describeBroadcastTable('DynamoDB', emptyTable);
describeMessageLog('DynamoDB', async () => (await emptyTable()).log);
describeMessageLog('the memory of the model tests', () => new MemoryMessageLog());
describeRequestTable('DynamoDB', async () => (await emptyTable()).requests);
describeRequestTable('the memory of the unit tests', () => new MemoryRequestTable());
