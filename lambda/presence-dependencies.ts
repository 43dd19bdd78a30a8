import { systemClock } from '../protocol/clock.ts';
import type { documentClient } from './aws/dynamodb.ts';
import { DynamoDbPresenceTable } from './aws/dynamodb-presence-table.ts';
import { followedTableOfEnvironment } from './aws/group-table-of-environment.ts';
import { lookSender, settleSender } from './aws/presence-queues.ts';
import { requireEnvironment } from './environment.ts';
import { EnvironmentVariable } from './names.ts';
import { type ArrivalDependencies, announcingTable } from './presence/announce.ts';
import type { ConnectionTable } from './table/connection-table.ts';

type DocumentClient = ReturnType<typeof documentClient>;

/** Returns the table of connections. With presence, removals from it are announced; with groups, their rows follow. */
export function connectionTableOfEnvironment(client: DocumentClient): ConnectionTable {
  const table = followedTableOfEnvironment(client);
  const settleQueueUrl = process.env[EnvironmentVariable.settleQueueUrl];
  if (settleQueueUrl === undefined) return table;
  return announcingTable(table, {
    presences: presenceTableOfEnvironment(client),
    sendSettle: settleSender(settleQueueUrl),
    clock: systemClock,
  });
}

/** Returns what announces those who come; `undefined` without presence. */
export function arrivalsOfEnvironment(client: DocumentClient): ArrivalDependencies | undefined {
  const lookQueueUrl = process.env[EnvironmentVariable.lookQueueUrl];
  if (lookQueueUrl === undefined) return undefined;
  return { presences: presenceTableOfEnvironment(client), sendLook: lookSender(lookQueueUrl) };
}

export function presenceTableOfEnvironment(client: DocumentClient): DynamoDbPresenceTable {
  return new DynamoDbPresenceTable(client, requireEnvironment(EnvironmentVariable.messageTableName));
}
