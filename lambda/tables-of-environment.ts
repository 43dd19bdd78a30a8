import { systemClock } from '../protocol/clock.ts';
import type { documentClient } from './aws/dynamodb.ts';
import { DynamoDbConnectionTable } from './aws/dynamodb-connection-table.ts';
import { DynamoDbGroupTable } from './aws/dynamodb-group-table.ts';
import { DynamoDbPresenceTable } from './aws/dynamodb-presence-table.ts';
import { DynamoDbWatchTable } from './aws/dynamodb-watch-table.ts';
import { lookSender, settleSender } from './aws/presence-queues.ts';
import { requireEnvironment } from './environment.ts';
import type { GroupTable } from './groups/group-table.ts';
import { EnvironmentVariable } from './names.ts';
import type { ArrivalDependencies, DepartureDependencies } from './presence/announce.ts';
import type { ConnectionTable } from './table/connection-table.ts';
import { followedTable } from './table/followed-table.ts';
import type { WatchTable } from './watch/watch-table.ts';

type DocumentClient = ReturnType<typeof documentClient>;

/** Returns the table of connections of a function, followed by what is deployed. */
export function connectionTableOfEnvironment(client: DocumentClient): ConnectionTable {
  const table = new DynamoDbConnectionTable(client, requireEnvironment(EnvironmentVariable.tableName));
  const groupTable = groupTableOfEnvironment(client);
  return followedTable(table, {
    watches: watchTableOfEnvironment(client),
    groups: groupTable && { groupTable, clock: systemClock },
    departures: departuresOfEnvironment(client),
  });
}

/** Returns the table of groups of a function; `undefined` without groups. */
export function groupTableOfEnvironment(client: DocumentClient): GroupTable | undefined {
  const name = process.env[EnvironmentVariable.groupTableName];
  if (name === undefined) return undefined;
  return new DynamoDbGroupTable(client, name, requireEnvironment(EnvironmentVariable.tableName));
}

/** Returns the table of who watches whom of a function; `undefined` where pages watch nobody. */
export function watchTableOfEnvironment(client: DocumentClient): WatchTable | undefined {
  if (process.env[EnvironmentVariable.watching] !== 'true') return undefined;
  const messageTableName = requireEnvironment(EnvironmentVariable.messageTableName);
  return new DynamoDbWatchTable(client, messageTableName, requireEnvironment(EnvironmentVariable.tableName));
}

/** Returns what announces those who come; `undefined` without presence. */
export function arrivalsOfEnvironment(client: DocumentClient): ArrivalDependencies | undefined {
  const lookQueueUrl = process.env[EnvironmentVariable.lookQueueUrl];
  if (lookQueueUrl === undefined) return undefined;
  return { presences: presenceTableOfEnvironment(client), sendLook: lookSender(lookQueueUrl) };
}

/** Returns what announces those who leave; `undefined` without presence. */
function departuresOfEnvironment(client: DocumentClient): DepartureDependencies | undefined {
  const settleQueueUrl = process.env[EnvironmentVariable.settleQueueUrl];
  if (settleQueueUrl === undefined) return undefined;
  const presences = presenceTableOfEnvironment(client);
  return { presences, sendSettle: settleSender(settleQueueUrl), clock: systemClock };
}

export function presenceTableOfEnvironment(client: DocumentClient): DynamoDbPresenceTable {
  return new DynamoDbPresenceTable(client, requireEnvironment(EnvironmentVariable.messageTableName));
}
