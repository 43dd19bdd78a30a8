import { Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { ConnectionTable } from '../connection-table.ts';
import { FunctionSource } from '../function-source.ts';
import { LambdaFunction } from '../lambda-function.ts';
import { runRegularly } from '../run-regularly.ts';

/** API Gateway has no count of open connections, so every five minutes the table is asked. */
export class ConnectionGauge extends Construct {
  readonly counter: LambdaFunction;

  constructor(scope: Construct, id: string, table: ConnectionTable) {
    super(scope, id);
    this.counter = new LambdaFunction(this, 'Counter', {
      source: FunctionSource.connectionCounter,
      timeout: Duration.seconds(60),
    });
    table.grantCount(this.counter);
    runRegularly(this, this.counter, Duration.minutes(5));
  }
}
