import type { TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import type { Function as CdkFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { EnvironmentVariable } from '../lambda/names.ts';
import { ExpiringTable, type ExpiringTableProps } from './expiring-table.ts';

export type MessageTableProps = ExpiringTableProps & {
  /** Seconds. */
  maxTtlSeconds: number;
};

/**
 * Messages that are kept for those who are not there, requests that are done once, and broadcasts. It costs nothing
 * while none of them is used.
 */
export class MessageTable extends Construct {
  readonly table: TableV2;
  readonly #maxTtlSeconds: number;

  constructor(scope: Construct, id: string, { maxTtlSeconds, protect }: MessageTableProps) {
    super(scope, id);
    this.#maxTtlSeconds = maxTtlSeconds;
    this.table = new ExpiringTable(this, 'Table', { protect });
  }

  /**
   * Lets `fn` store messages, find those of a uid, take them back and read their state; note requests that come with an
   * idempotency key, broadcasts and multicasts, and read how far these are.
   */
  grantStore(fn: CdkFunction): void {
    this.#grant(
      fn,
      'dynamodb:GetItem',
      'dynamodb:BatchGetItem',
      'dynamodb:Query',
      'dynamodb:PutItem',
      'dynamodb:UpdateItem',
    );
    fn.addEnvironment(EnvironmentVariable.maxTtlSeconds, String(this.#maxTtlSeconds));
  }

  /** Lets `fn` refuse tokens. */
  grantRevoke(fn: CdkFunction): void {
    this.#grant(fn, 'dynamodb:UpdateItem');
  }

  /** Lets `fn` replay messages, and note that they were delivered and acknowledged. */
  grantReplay(fn: CdkFunction): void {
    this.#grant(fn, 'dynamodb:GetItem', 'dynamodb:BatchGetItem', 'dynamodb:Query', 'dynamodb:UpdateItem');
  }

  /** Lets `fn` read broadcasts and multicasts, note how far they are, and store the messages of multicasts. */
  grantBroadcast(fn: CdkFunction): void {
    this.#grant(fn, 'dynamodb:GetItem', 'dynamodb:Query', 'dynamodb:PutItem', 'dynamodb:UpdateItem');
  }

  /** Lets `fn` read whether a uid is online. */
  grantReadPresence(fn: CdkFunction): void {
    this.#grant(fn, 'dynamodb:GetItem', 'dynamodb:BatchGetItem');
  }

  /** Lets `fn` note that a uid's last connection left. */
  grantNoteLeft(fn: CdkFunction): void {
    this.#grant(fn, 'dynamodb:UpdateItem');
  }

  /** Lets `fn` decide who is online, and when to look again. */
  grantPresence(fn: CdkFunction): void {
    this.#grant(fn, 'dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem');
  }

  /** Lets `fn` end what connections watch that are gone: a must for all that forget these. */
  grantEndWatch(fn: CdkFunction): void {
    this.#grant(
      fn,
      'dynamodb:GetItem',
      'dynamodb:BatchGetItem',
      'dynamodb:BatchWriteItem',
      'dynamodb:UpdateItem',
      'dynamodb:DeleteItem',
    );
    fn.addEnvironment(EnvironmentVariable.watching, 'true');
  }

  /** Lets `fn` write what connections watch. */
  grantWatch(fn: CdkFunction): void {
    this.#grant(fn, 'dynamodb:PutItem');
  }

  /** Lets `fn` find who watches a uid. */
  grantReadWatchers(fn: CdkFunction): void {
    this.#grant(fn, 'dynamodb:Query');
  }

  /** Lets `fn` find out at whom to look again. */
  grantSweep(fn: CdkFunction): void {
    this.#grant(fn, 'dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:Query', 'dynamodb:DeleteItem');
  }

  #grant(fn: CdkFunction, ...actions: string[]): void {
    this.table.grant(fn, ...actions);
    fn.addEnvironment(EnvironmentVariable.messageTableName, this.table.tableName);
  }
}
