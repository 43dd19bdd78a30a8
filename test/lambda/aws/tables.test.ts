import { describeBroadcastTable } from '../../contract/broadcast-table.ts';
import { describeConnectionTable } from '../../contract/connection-table.ts';
import { describeGroupTable } from '../../contract/group-table.ts';
import { describeMessageLog } from '../../contract/message-log.ts';
import { describeMulticastTable } from '../../contract/multicast-table.ts';
import { describePresenceTable } from '../../contract/presence-table.ts';
import { describeRequestTable } from '../../contract/request-table.ts';
import { describeWatchTable } from '../../contract/watch-table.ts';
import { emptyTable } from '../../support/dynamodb.ts';
import { MemoryBroadcastTable } from '../../support/memory-broadcast-table.ts';
import { MemoryConnectionTable } from '../../support/memory-connection-table.ts';
import { MemoryGroupTable } from '../../support/memory-group-table.ts';
import { MemoryMessageLog } from '../../support/memory-message-log.ts';
import { MemoryMulticastTable } from '../../support/memory-multicast-table.ts';
import { MemoryPresenceTable } from '../../support/memory-presence-table.ts';
import { MemoryRequestTable } from '../../support/memory-request-table.ts';
import { MemoryWatchTable } from '../../support/memory-watch-table.ts';

describeConnectionTable('DynamoDB', async () => (await emptyTable()).connections);
describeConnectionTable('the memory of the model tests', () => new MemoryConnectionTable());
describeBroadcastTable('DynamoDB', emptyTable);
describeBroadcastTable('the memory of the model tests', async () => {
  const connections = new MemoryConnectionTable();
  return { connections, broadcasts: new MemoryBroadcastTable(connections) };
});
describeMessageLog('DynamoDB', async () => (await emptyTable()).log);
describeMessageLog('the memory of the model tests', () => new MemoryMessageLog());
describeMulticastTable('DynamoDB', async () => (await emptyTable()).multicasts);
describeMulticastTable('the memory of the unit tests', () => new MemoryMulticastTable());
describeRequestTable('DynamoDB', async () => (await emptyTable()).requests);
describeRequestTable('the memory of the unit tests', () => new MemoryRequestTable());
describePresenceTable('DynamoDB', async () => (await emptyTable()).presences);
describePresenceTable('the memory of the model tests', async () => new MemoryPresenceTable());
describeGroupTable('DynamoDB', emptyTable);
describeGroupTable('the memory of the model tests', async () => {
  const connections = new MemoryConnectionTable();
  return { connections, groups: new MemoryGroupTable(connections) };
});
describeWatchTable('DynamoDB', emptyTable);
describeWatchTable('the memory of the model tests', async () => {
  const connections = new MemoryConnectionTable();
  return { connections, watches: new MemoryWatchTable(connections) };
});
