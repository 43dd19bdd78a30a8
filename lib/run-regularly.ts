import type { Duration } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction as FunctionTarget } from 'aws-cdk-lib/aws-events-targets';
import type { Construct } from 'constructs';
import { acknowledgeOf } from './acknowledge.ts';
import type { LambdaFunction } from './lambda-function.ts';

/** Invokes the function at a rate. A run that is missed is not made up for: the next one is as good, and in time. */
export function runRegularly(scope: Construct, fn: LambdaFunction, every: Duration): void {
  const schedule = new Rule(scope, 'Schedule', {
    schedule: Schedule.rate(every),
    targets: [new FunctionTarget(fn.live, { retryAttempts: 0 })],
  });
  acknowledgeOf('Serverless', schedule, {
    EventBusDLQ: 'A run that could not begin is not made up for: the next one is as good.',
  });
}
