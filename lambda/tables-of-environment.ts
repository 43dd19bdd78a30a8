import { systemClock } from '../protocol/clock.ts';
import type { documentClient } from './aws/dynamodb.ts';
import { DynamoDbConnectionTable } from './aws/dynamodb-connection-table.ts';
import { DynamoDbGroupTable } from './aws/dynamodb-group-table.ts';
import { DynamoDbPresenceTable } from './aws/dynamodb-presence-table.ts';
import { lookSender, settleSender } from './aws/presence-queues.ts';
import { requireEnvironment } from './environment.ts';
import type { GroupTable } from './groups/group-table.ts';
import { tableWithGroups } from './groups/table-with-groups.ts';
import { EnvironmentVariable } from './names.ts';
import { type ArrivalDependencies, announcingTable } from './presence/announce.ts';
import type { ConnectionTable } from './table/connection-table.ts';

type DocumentClient = ReturnType<typeof documentClient>;

/**
 * Returns the table of connections of a function. With groups, their rows follow it; with presence, removals from it
 * are announced.
 */
export function connectionTableOfEnvironment(client: DocumentClient): ConnectionTable {
  const table = new DynamoDbConnectionTable(client, requireEnvironment(EnvironmentVariable.tableName));
  const groupTable = groupTableOfEnvironment(client);
  const followed = groupTable ? tableWithGroups(table, { groupTable, clock: systemClock }) : table;
  const settleQueueUrl = process.env[EnvironmentVariable.settleQueueUrl];
  if (settleQueueUrl === undefined) return followed;
  return announcingTable(followed, {
    presences: presenceTableOfEnvironment(client),
    sendSettle: settleSender(settleQueueUrl),
    clock: systemClock,
  });
}

/** Returns the table of groups of a function; `undefined` without groups. */
export function groupTableOfEnvironment(client: DocumentClient): GroupTable | undefined {
  const name = process.env[EnvironmentVariable.groupTableName];
  if (name === undefined) return undefined;
  return new DynamoDbGroupTable(client, name, requireEnvironment(EnvironmentVariable.tableName));
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
