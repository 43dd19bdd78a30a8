import { RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, Billing, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { EnvironmentVariable, TableAttribute } from '../lambda/names.ts';

/** Who is where: one item per connection of a uid, one per registration. */
export class ConnectionTable extends Construct {
  readonly table: TableV2;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.table = new TableV2(this, 'Table', {
      partitionKey: { name: TableAttribute.partitionKey, type: AttributeType.STRING },
      sortKey: { name: TableAttribute.sortKey, type: AttributeType.STRING },
      timeToLiveAttribute: TableAttribute.expiresAt,
      billing: Billing.onDemand(),
      // Connections don't outlive the WebSocket API, so what is known of them need not either.
      removalPolicy: RemovalPolicy.DESTROY,
    });
  }

  /** Lets `fn` make a connection belong to a uid. */
  grantRegister(fn: LambdaFunction): void {
    this.#grant(fn, 'dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:DeleteItem');
  }

  /** Lets `fn` forget a closed connection, or mark it closed. */
  grantDisconnect(fn: LambdaFunction): void {
    this.#grant(fn, 'dynamodb:PutItem', 'dynamodb:DeleteItem');
  }

  /** Lets `fn` look up a uid's connections and forget those that are gone. */
  grantPush(fn: LambdaFunction): void {
    this.#grant(fn, 'dynamodb:Query', 'dynamodb:DeleteItem');
  }

  #grant(fn: LambdaFunction, ...actions: string[]): void {
    this.table.grant(fn, ...actions);
    fn.addEnvironment(EnvironmentVariable.tableName, this.table.tableName);
  }
}
