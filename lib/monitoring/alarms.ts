import { Alarm, ComparisonOperator, type IMetric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { Construct } from 'constructs';
import type { Failures } from './failures.ts';
import type { MonitoringOptions } from './monitoring-options.ts';

/** The alarms; each has an entry of its name in docs/RUNBOOK.md. */
export const AlarmName = {
  unavailable: 'Unavailable',
  failedPosts: 'FailedPosts',
  slowPushes: 'SlowPushes',
  errors: 'Errors',
  throttles: 'Throttles',
  gatewayErrors: 'GatewayErrors',
  tableThrottles: 'TableThrottles',
  deadLetters: 'DeadLetters',
  /** Only with a text endpoint. */
  textTasks: 'TextTasks',
} as const;
export type AlarmName = (typeof AlarmName)[keyof typeof AlarmName];

/** The alarm rings when the metric is at or above `threshold` in `periods[0]` of the last `periods[1]` periods. */
type Rule = { metric: IMetric; threshold: number; periods: [number, number]; meaning: string };

/** Makes the alarms in `scope`. */
export function makeAlarms(
  scope: Construct,
  failures: Failures,
  options: MonitoringOptions,
): Partial<Record<AlarmName, Alarm>> {
  const rules = rulesOf(failures, options);
  const alarms: Partial<Record<AlarmName, Alarm>> = {};
  for (const name of Object.values(AlarmName)) {
    const rule = rules[name];
    if (rule) alarms[name] = makeAlarm(scope, name, rule, options);
  }
  return alarms;
}

function rulesOf(
  failures: Failures,
  { slowPushMs = 2_000, failedPercent = 1 }: MonitoringOptions,
): Partial<Record<AlarmName, Rule>> {
  // Two of three: one bad moment wakes nobody, and what lasts is told within ten minutes.
  const lasting: Rule['periods'] = [2, 3];
  return {
    [AlarmName.unavailable]: {
      metric: failures.unavailable,
      threshold: 1,
      periods: lasting,
      meaning: 'Pushes are answered 503, because the tables do not answer.',
    },
    [AlarmName.failedPosts]: {
      metric: failures.failedPercent,
      threshold: failedPercent,
      periods: lasting,
      meaning: 'Posts to connected browsers fail.',
    },
    [AlarmName.slowPushes]: {
      metric: failures.pushLatency,
      threshold: slowPushMs,
      periods: [3, 3],
      meaning: 'One push of a hundred is slow.',
    },
    [AlarmName.errors]: {
      metric: failures.errors,
      threshold: 1,
      periods: lasting,
      meaning: 'Functions fail, or answer that they could not do what was asked.',
    },
    [AlarmName.throttles]: {
      metric: failures.throttles,
      threshold: 1,
      periods: lasting,
      meaning: 'Lambda runs as many functions as the account may, and refuses more.',
    },
    [AlarmName.gatewayErrors]: {
      metric: failures.gatewayErrors,
      threshold: 1,
      periods: lasting,
      meaning: 'API Gateway can not hand connects, messages or disconnects to the functions.',
    },
    [AlarmName.tableThrottles]: {
      metric: failures.throttledRequests,
      threshold: 1,
      periods: lasting,
      meaning: 'DynamoDB refuses requests: more than a table or one of its keys takes.',
    },
    [AlarmName.deadLetters]: {
      metric: failures.deadLetters,
      threshold: 1,
      periods: [1, 1],
      meaning: 'A broadcast has not reached everybody.',
    },
    ...(failures.textTasks && {
      [AlarmName.textTasks]: {
        metric: failures.textTasks,
        threshold: 1,
        periods: [5, 5],
        meaning: 'A task of the text endpoint is unhealthy, or there is none.',
      },
    }),
  };
}

function makeAlarm(
  scope: Construct,
  name: AlarmName,
  { metric, threshold, periods: [datapointsToAlarm, evaluationPeriods], meaning }: Rule,
  { alarmTopic }: MonitoringOptions,
): Alarm {
  const alarm = new Alarm(scope, name, {
    alarmDescription: `${meaning} See docs/RUNBOOK.md#${name.toLowerCase()}`,
    metric,
    threshold,
    comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
    evaluationPeriods,
    datapointsToAlarm,
    // Nothing happens at night, and that is no trouble; what must always be there has been filled with 0.
    treatMissingData: TreatMissingData.NOT_BREACHING,
  });
  if (alarmTopic) {
    const tell = new SnsAction(alarmTopic);
    alarm.addAlarmAction(tell);
    alarm.addOkAction(tell);
  }
  return alarm;
}
