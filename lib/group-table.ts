import type { TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import type { Function as CdkFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { EnvironmentVariable } from '../lambda/names.ts';
import type { Configuration } from './configuration.ts';
import type { ConnectionTable } from './connection-table.ts';
import { ExpiringTable, type ExpiringTableProps } from './expiring-table.ts';

export type GroupTableProps = ExpiringTableProps & {
  /** Whose rows those of groups follow. */
  connections: ConnectionTable;
};

/** Groups: which uids a backend has put in, which connections have joined, and a row for each connection that is in. */
export class GroupTable extends Construct {
  readonly table: TableV2;
  /** By their names in alarms. */
  readonly tables: Readonly<Record<string, TableV2>>;
  readonly #connections: ConnectionTable;

  constructor(scope: Construct, id: string, { connections, protect }: GroupTableProps) {
    super(scope, id);
    this.#connections = connections;
    this.table = new ExpiringTable(this, 'Table', { protect });
    this.tables = { Groups: this.table };
  }

  /** Lets `fn` change the rows of groups with those of connections: a must for all that register and forget these. */
  grantFollow(fn: CdkFunction): void {
    this.#connections.grantReadRow(fn);
    this.#grant(fn, 'dynamodb:BatchGetItem', 'dynamodb:PutItem', 'dynamodb:DeleteItem');
  }

  /** Lets `fn` let connections join and leave. */
  grantJoin(fn: CdkFunction): void {
    this.grantFollow(fn);
    this.#grant(fn, 'dynamodb:GetItem');
  }

  /** Lets `fn` push to groups; so it may also list them, put uids in and take them out. */
  grantPush(fn: CdkFunction): void {
    this.grantFollow(fn);
    this.#grant(fn, 'dynamodb:GetItem', 'dynamodb:Query');
  }

  #grant(fn: CdkFunction, ...actions: string[]): void {
    this.table.grant(fn, ...actions);
    fn.addEnvironment(EnvironmentVariable.groupTableName, this.table.tableName);
  }
}

/** Declares the table where a deployment has groups. */
export function groupTableOf(
  scope: Construct,
  { groups, protect }: Pick<Configuration, 'groups' | 'protect'>,
  connections: ConnectionTable,
): GroupTable | undefined {
  return groups ? new GroupTable(scope, 'Groups', { connections, protect }) : undefined;
}
