import { Duration } from 'aws-cdk-lib';
import {
  Alarm,
  AlarmRule,
  AlarmState,
  ComparisonOperator,
  CompositeAlarm,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import { acknowledgeOf } from '../acknowledge.ts';
import type { ServiceMetrics } from '../metrics.ts';

/**
 * Two rates at which the failures that the objective leaves for a month are used up: at 14.4 times the even rate a
 * fiftieth of them is gone in an hour, at 6 times a twentieth in six. Each is asked of a long window, in which they
 * count, and of a short one, which ends the alarm soon after the failures.
 * Source: https://sre.google/workbook/alerting-on-slos/ (6: Multiwindow, Multi-Burn-Rate Alerts)
 */
const burnRates = [
  { part: 'Fast', times: 14.4, long: Duration.hours(1), short: Duration.minutes(5) },
  { part: 'Slow', times: 6, long: Duration.hours(6), short: Duration.minutes(30) },
] as const;

/**
 * Makes an alarm for each rate, by its part's name. `objectivePercent`: of the canary's runs, one a minute, how many
 * must succeed. Failures are counted, not their share: of the first runs after a deployment one would be much.
 */
export function makeBurnAlarms(
  scope: Construct,
  metrics: ServiceMetrics,
  objectivePercent: number,
  descriptionOf: (meaning: string) => string,
): CompositeAlarm[] {
  return burnRates.map(({ part, times, long, short }) => {
    const windows = { Long: long, Short: short };
    const rules = Object.entries(windows).map(([window, period]) => {
      const alarm = new Alarm(scope, `Canary${part}${window}`, {
        alarmDescription: `A part of Canary${part}.`,
        metric: metrics.metricCanaryFailures({ period }),
        threshold: leastFailures(times, objectivePercent, period),
        comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
        evaluationPeriods: 1,
        treatMissingData: TreatMissingData.NOT_BREACHING,
      });
      acknowledgeOf('NIST.800.53.R5', alarm, {
        CloudWatchAlarmAction: 'The composite alarm that it is a part of tells the topic.',
      });
      return AlarmRule.fromAlarm(alarm, AlarmState.ALARM);
    });
    return new CompositeAlarm(scope, `Canary${part}`, {
      alarmDescription: descriptionOf(
        `Messages of the canary fail, ${times} times as often as ${objectivePercent} % of success allows.`,
      ),
      alarmRule: AlarmRule.allOf(...rules),
    });
  });
}

/** Whole failures in a window of one run a minute, from which the rate is reached: one at least. */
function leastFailures(times: number, objectivePercent: number, period: Duration): number {
  const allowed = (times * (100 - objectivePercent) * period.toMinutes()) / 100;
  // Of 14.4 × 0.5 % of 60 the computer makes a little more or less than 4.32.
  return Math.max(1, Math.ceil(Number(allowed.toFixed(6))));
}
