import {
  Alarm,
  type AlarmBase,
  ComparisonOperator,
  type IMetric,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { Construct } from 'constructs';
import { acknowledgeOf } from '../acknowledge.ts';
import type { ServiceMetrics } from '../metrics.ts';
import { AlarmName } from './alarm-name.ts';
import { type Failures, functionFailuresOf } from './failures.ts';
import type { MonitoringOptions } from './monitoring-options.ts';
import { makeBurnAlarms } from './objective.ts';
import type { WatchedFunction } from './watched.ts';

/** Rings when a metric is at or above `atLeast`, or below `below`, in `periods[0]` of the last `periods[1]` periods. */
type Rule = {
  name: AlarmName;
  meaning: string;
  /** Each has an alarm of its own, by the name of what it is counted of; '' where there is but one. */
  metrics: Readonly<Record<string, IMetric>>;
  periods: readonly [number, number];
} & ({ atLeast: number } | { below: number });

/** Two of three: one bad period raises no alarm, and a lasting failure does within ten minutes. */
const lasting = [2, 3] as const;

/** Errors of API Gateway in five minutes below which no alarm rings: fewer than one a minute. */
const manyGatewayErrors = 3;

/**
 * Requests that API Gateway refuses in five minutes below which no alarm rings: whether it counts those among them that
 * are no handshakes, as programs send that look for open servers, is not documented.
 */
const manyGatewayThrottles = 20;

/** Seconds by which a look may be late: more than a worker that died, or DynamoDB's own retries, make of it. */
const latestLook = 120;

/** Seconds after which an event must have been taken, by a webhook or by those who read the queue. */
const latestEvent = 900;

const atOnce = [1, 1] as const;

/** Makes the alarms in `scope` on all but the functions. */
export function makeAlarms(scope: Construct, failures: Failures, options: MonitoringOptions): NamedAlarm[] {
  return makeAll(
    scope,
    [...rulesOf(failures, options), ...presenceRules(failures), ...textRules(failures)],
    options,
  );
}

/** Makes the alarms in `scope` on one function. */
export function makeFunctionAlarms(
  scope: Construct,
  { name, fn }: WatchedFunction,
  options: MonitoringOptions,
): NamedAlarm[] {
  const { errors, throttles } = functionFailuresOf(fn);
  return makeAll(scope, [errorsRule({ [name]: errors }), throttlesRule({ [name]: throttles })], options);
}

/** Makes the alarms on the canary. */
export function makeCanaryAlarms(
  scope: Construct,
  metrics: ServiceMetrics,
  { canaryRuns }: Failures,
  options: MonitoringOptions,
): NamedAlarm[] {
  const { objectivePercent = 99.5 } = options;
  const name = AlarmName.canary;
  const burns = makeBurnAlarms(scope, metrics, objectivePercent, (meaning) => description(meaning, name));
  for (const alarm of burns) tellTopic(alarm, options);
  const missing: Rule = {
    name,
    meaning: 'The canary does not run, or its metrics do not arrive.',
    metrics: { Missing: canaryRuns },
    below: 1,
    periods: [3, 3],
  };
  return [...burns.map((alarm) => [name, alarm] as const), ...makeAll(scope, [missing], options)];
}

export type NamedAlarm = readonly [AlarmName, AlarmBase];

function makeAll(scope: Construct, rules: readonly Rule[], options: MonitoringOptions): NamedAlarm[] {
  return rules.flatMap((rule) =>
    Object.entries(rule.metrics).map(
      ([part, metric]) => [rule.name, makeAlarm(scope, part, metric, rule, options)] as const,
    ),
  );
}

function rulesOf(failures: Failures, { slowPushMs = 2_000, failedPercent = 1 }: MonitoringOptions): Rule[] {
  return [
    {
      name: AlarmName.unavailable,
      meaning: 'Pushes are answered 503, because the tables do not answer.',
      metrics: { '': failures.unavailable },
      atLeast: 1,
      periods: lasting,
    },
    {
      name: AlarmName.unavailable,
      meaning: 'Of the pushes of an hour, too many were answered 503.',
      metrics: { Hour: failures.unavailablePercentOfHour },
      atLeast: failedPercent,
      periods: atOnce,
    },
    {
      name: AlarmName.failedPosts,
      meaning: 'Posts to connected browsers fail.',
      metrics: { '': failures.failedPercent },
      atLeast: failedPercent,
      periods: lasting,
    },
    {
      name: AlarmName.failedPosts,
      meaning: 'Of the posts of an hour to connected browsers, too many failed.',
      metrics: { Hour: failures.failedPercentOfHour },
      atLeast: failedPercent,
      periods: atOnce,
    },
    {
      name: AlarmName.slowPushes,
      meaning: 'One push of a hundred is slow.',
      metrics: { '': failures.pushLatency },
      atLeast: slowPushMs,
      periods: [3, 3],
    },
    errorsRule({ Answered: failures.internalErrors }),
    {
      name: AlarmName.gatewayErrors,
      meaning: 'API Gateway can not hand connects, messages or disconnects to the functions.',
      metrics: failures.gatewayErrors,
      atLeast: manyGatewayErrors,
      periods: lasting,
    },
    {
      name: AlarmName.gatewayThrottles,
      meaning: 'API Gateway refuses connects or messages: more than a route or the account may have.',
      metrics: { '': failures.gatewayThrottles },
      atLeast: manyGatewayThrottles,
      periods: lasting,
    },
    {
      name: AlarmName.tableThrottles,
      meaning: 'DynamoDB refuses requests: more than a table or one of its keys takes.',
      metrics: failures.tableThrottles,
      atLeast: 1,
      periods: lasting,
    },
    {
      name: AlarmName.deadLetters,
      meaning: 'A broadcast, or an event of presence, has not reached everybody.',
      metrics: { '': failures.deadLetters, ...failures.presenceDeadLetters },
      atLeast: 1,
      periods: atOnce,
    },
  ];
}

function errorsRule(metrics: Rule['metrics']): Rule {
  return {
    name: AlarmName.errors,
    meaning: 'A function fails, or answers that it could not do what was asked.',
    metrics,
    atLeast: 1,
    periods: lasting,
  };
}

function throttlesRule(metrics: Rule['metrics']): Rule {
  return {
    name: AlarmName.throttles,
    meaning: 'Lambda runs as many functions as the account may, and refuses more.',
    metrics,
    atLeast: 1,
    periods: lasting,
  };
}

/**
 * Whether the age of a message that is delayed counts from its sending is not documented, so it may have the grace,
 * too.
 */
function presenceRules({ presenceLag }: Failures): Rule[] {
  if (presenceLag === undefined) return [];
  const name = AlarmName.presenceLag;
  const { graceSeconds, uids, events } = presenceLag;
  return [
    {
      name,
      meaning: 'Uids are not looked at in time: events of presence come late.',
      metrics: uids,
      atLeast: graceSeconds + latestLook,
      periods: lasting,
    },
    {
      name,
      meaning: 'Events of presence are not taken.',
      metrics: events,
      atLeast: latestEvent,
      periods: lasting,
    },
  ];
}

/**
 * Whether a balancer across zones counts tasks per zone or all of them is not documented, so neither number is compared
 * with how many there should be.
 * Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-cloudwatch-metrics.html
 */
function textRules({ textTasks }: Failures): Rule[] {
  if (textTasks === undefined) return [];
  const { healthy, unhealthy } = textTasks;
  const name = AlarmName.textTasks;
  return [
    {
      name,
      meaning: 'A task of the text endpoint is unhealthy.',
      metrics: { Unhealthy: unhealthy },
      atLeast: 1,
      periods: [2, 2],
    },
    {
      name,
      meaning: 'No task of the text endpoint is healthy.',
      metrics: { Missing: healthy },
      below: 1,
      periods: atOnce,
    },
  ];
}

function makeAlarm(
  scope: Construct,
  part: string,
  metric: IMetric,
  rule: Rule,
  options: MonitoringOptions,
): Alarm {
  const { name, meaning } = rule;
  const [datapointsToAlarm, evaluationPeriods] = rule.periods;
  const alarm = new Alarm(scope, name + part, {
    alarmDescription: description(meaning, name),
    metric,
    evaluationPeriods,
    datapointsToAlarm,
    ...('below' in rule
      ? {
          threshold: rule.below,
          comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
          // A metric that must always be there rings when it is missing.
          treatMissingData: TreatMissingData.BREACHING,
        }
      : {
          threshold: rule.atLeast,
          comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
          // Nothing happens at night, which is not a failure.
          treatMissingData: TreatMissingData.NOT_BREACHING,
        }),
  });
  tellTopic(alarm, options);
  return alarm;
}

function description(meaning: string, name: AlarmName): string {
  return `${meaning} See docs/RUNBOOK.md#${name.toLowerCase()}`;
}

function tellTopic(alarm: AlarmBase, { alarmTopic }: MonitoringOptions): void {
  if (!alarmTopic) {
    acknowledgeOf('NIST.800.53.R5', alarm, {
      CloudWatchAlarmAction:
        'Nobody was named to be told: without alarmTopicArn alarms are seen on the dashboard alone.',
    });
    return;
  }
  const tell = new SnsAction(alarmTopic);
  alarm.addAlarmAction(tell);
  alarm.addOkAction(tell);
}
