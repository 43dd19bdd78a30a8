import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { systemClock } from '../../protocol/clock.ts';
import { requireEnvironment } from '../environment.ts';
import type { GroupTable } from '../groups/group-table.ts';
import { tableWithGroups } from '../groups/table-with-groups.ts';
import { EnvironmentVariable } from '../names.ts';
import type { ConnectionTable } from '../table/connection-table.ts';
import { DynamoDbConnectionTable } from './dynamodb-connection-table.ts';
import { DynamoDbGroupTable } from './dynamodb-group-table.ts';

/** Returns the table of groups of a function; `undefined` without groups. */
export function groupTableOfEnvironment(client: DynamoDBDocumentClient): GroupTable | undefined {
  const name = process.env[EnvironmentVariable.groupTableName];
  if (name === undefined) return undefined;
  return new DynamoDbGroupTable(client, name, requireEnvironment(EnvironmentVariable.tableName));
}

/** Returns the table of connections of a function; with groups, their rows follow it. */
export function followedTableOfEnvironment(client: DynamoDBDocumentClient): ConnectionTable {
  const table = new DynamoDbConnectionTable(client, requireEnvironment(EnvironmentVariable.tableName));
  const groupTable = groupTableOfEnvironment(client);
  return groupTable ? tableWithGroups(table, { groupTable, clock: systemClock }) : table;
}
