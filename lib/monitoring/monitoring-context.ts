import { Topic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import { ConfigurationError } from '../configuration.ts';
import { matching, trueOrFalse } from '../context-values.ts';
import type { MonitoringOptions } from './monitoring-options.ts';

/** What the deployment chose of monitoring by CDK context; `undefined`: there is none. The topic is referred to in `scope`. */
export function readMonitoringContext(scope: Construct): MonitoringOptions | undefined {
  const context = (key: string): unknown => scope.node.tryGetContext(key);
  const topicArn = matching(
    'alarmTopicArn',
    context('alarmTopicArn'),
    /^arn:[^:]+:sns:[^:]+:\d+:[\w-]+$/,
    "a topic's ARN",
  );
  if (!trueOrFalse('monitoring', context('monitoring'))) {
    if (topicArn === undefined) return undefined;
    throw new ConfigurationError('alarmTopicArn', topicArn, 'there are alarms only with monitoring=true');
  }
  return { ...(topicArn && { alarmTopic: Topic.fromTopicArn(scope, 'AlarmTopic', topicArn) }) };
}
