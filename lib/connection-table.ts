import type { TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import type { Function as CdkFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { EnvironmentVariable } from '../lambda/names.ts';
import { ExpiringTable, type ExpiringTableProps } from './expiring-table.ts';

/** Who is where: one item per connection of a uid, one per registration. */
export class ConnectionTable extends Construct {
  readonly table: TableV2;

  constructor(scope: Construct, id: string, { protect }: ExpiringTableProps) {
    super(scope, id);
    this.table = new ExpiringTable(this, 'Table', { protect });
  }

  /** Lets `fn` make a connection belong to a uid, and find the uid's others. */
  grantRegister(fn: CdkFunction): void {
    this.#grant(
      fn,
      'dynamodb:GetItem',
      'dynamodb:BatchGetItem',
      'dynamodb:Query',
      'dynamodb:PutItem',
      'dynamodb:UpdateItem',
      'dynamodb:DeleteItem',
    );
  }

  /** Lets `fn` forget a closed connection, or mark it closed. */
  grantDisconnect(fn: CdkFunction): void {
    this.#grant(fn, 'dynamodb:PutItem', 'dynamodb:DeleteItem');
  }

  /** Lets `fn` look up a uid's connections, and forget those that are gone. */
  grantLookUp(fn: CdkFunction): void {
    this.#grant(fn, 'dynamodb:Query', 'dynamodb:DeleteItem');
  }

  /** Lets `fn` read whether a uid has a certain connection. */
  grantReadRow(fn: CdkFunction): void {
    this.#grant(fn, 'dynamodb:BatchGetItem');
  }

  /** Lets `fn` mark connections that it closes, and find the uid of one by its id. */
  grantClose(fn: CdkFunction): void {
    this.#grant(fn, 'dynamodb:GetItem', 'dynamodb:PutItem');
  }

  /** Lets `fn` list who is online. */
  grantList(fn: CdkFunction): void {
    this.#grant(fn, 'dynamodb:Scan');
  }

  /** Lets `fn` go through all connections, or those of a uid, and forget those that are gone. */
  grantBroadcast(fn: CdkFunction): void {
    this.#grant(fn, 'dynamodb:Scan', 'dynamodb:Query', 'dynamodb:DeleteItem');
  }

  /** Lets `fn` read which connections a uid has. */
  grantRead(fn: CdkFunction): void {
    this.#grant(fn, 'dynamodb:Query');
  }

  /** Lets `fn` count the connections. */
  grantCount(fn: CdkFunction): void {
    this.#grant(fn, 'dynamodb:Scan');
  }

  #grant(fn: CdkFunction, ...actions: string[]): void {
    this.table.grant(fn, ...actions);
    fn.addEnvironment(EnvironmentVariable.tableName, this.table.tableName);
  }
}
