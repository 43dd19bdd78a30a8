import { Duration } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction as FunctionTarget } from 'aws-cdk-lib/aws-events-targets';
import { Construct } from 'constructs';
import { acknowledgeOf } from '../acknowledge.ts';
import type { ConnectionTable } from '../connection-table.ts';
import { FunctionSource } from '../function-source.ts';
import { LambdaFunction } from '../lambda-function.ts';

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
    const schedule = new Rule(this, 'Schedule', {
      schedule: Schedule.rate(Duration.minutes(5)),
      // What is missed is not made up for: the next count is as good.
      targets: [new FunctionTarget(this.counter.live, { retryAttempts: 0 })],
    });
    acknowledgeOf('Serverless', schedule, {
      EventBusDLQ: 'A run that could not begin is not made up for: the next one is as good.',
    });
  }
}
