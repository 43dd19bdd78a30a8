import type { MetricData, Statistic } from './metric-data.ts';
import { type Expression, parseExpression, type Value } from './metric-math.ts';

/** `AWS::CloudWatch::Alarm`, its references resolved. */
export type AlarmProperties = {
  AlarmDescription?: string;
  Namespace?: string;
  MetricName?: string;
  Dimensions?: readonly { Name: string; Value: string }[] | undefined;
  Statistic?: string;
  ExtendedStatistic?: string;
  Period?: number;
  Metrics?: readonly MetricQuery[];
  EvaluationPeriods: number;
  DatapointsToAlarm?: number;
  Threshold: number;
  ComparisonOperator: string;
  TreatMissingData?: string;
};

type MetricQuery = {
  Id: string;
  Expression?: string;
  ReturnData?: boolean;
  MetricStat?: {
    Metric: Pick<AlarmProperties, 'Dimensions'> & { Namespace: string; MetricName: string };
    Period: number;
    Stat: string;
  };
};

/** A metric alarm: what it watches, in periods of so many milliseconds, and when it rings. */
export type MetricAlarm = {
  readonly periodMs: number;
  /** All metrics that it is made of. */
  readonly statistics: readonly Statistic[];
  isRinging(data: MetricData, at: number): boolean;
};

/**
 * More periods than an alarm evaluates, which are looked at for data points where some are missing. How many more is
 * not documented; AWS's own example has five for three.
 */
const furtherPeriods = 2;

const comparisons: Readonly<Record<string, (value: number, threshold: number) => boolean>> = {
  GreaterThanOrEqualToThreshold: (value, threshold) => value >= threshold,
  GreaterThanThreshold: (value, threshold) => value > threshold,
  LessThanOrEqualToThreshold: (value, threshold) => value <= threshold,
  LessThanThreshold: (value, threshold) => value < threshold,
};

/**
 * An alarm as CloudWatch evaluates it, each minute over the periods before. Of missing data points, no more are counted
 * as `TreatMissingData` says than the alarm lacks: those that are there, also of periods further back, come first.
 * Throws a `TypeError` for what it doesn't know.
 * Sources: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-evaluation.html,
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html
 */
export function metricAlarm(properties: AlarmProperties): MetricAlarm {
  const { EvaluationPeriods: periods, DatapointsToAlarm: atLeast = periods, Threshold } = properties;
  const compare = comparisons[properties.ComparisonOperator];
  if (!compare) throw new TypeError(`${properties.ComparisonOperator} is not known`);
  const missingRings = missingDataRings(properties.TreatMissingData);
  const watched = watchedBy(properties);
  const range = periods + furtherPeriods;
  return {
    periodMs: watched.periodMs,
    statistics: watched.statistics,
    isRinging(data, at) {
      const values = watched.valuesOf(data, at, range);
      const real = values.filter((value) => value !== undefined).slice(0, periods);
      const breaching = real.filter((value) => compare(value, Threshold)).length;
      return breaching + (missingRings ? periods - real.length : 0) >= atLeast;
    },
  };
}

function missingDataRings(treatment: string | undefined): boolean {
  if (treatment === 'breaching') return true;
  if (treatment === 'notBreaching') return false;
  throw new TypeError(`TreatMissingData ${treatment} is not known`);
}

type Watched = {
  periodMs: number;
  statistics: Statistic[];
  /** The last `count` periods before `at`, the latest first. */
  valuesOf(data: MetricData, at: number, count: number): Value[];
};

function watchedBy(properties: AlarmProperties): Watched {
  const { Metrics, MetricName, Namespace, Dimensions, Period } = properties;
  if (Metrics) return watchedByExpression(Metrics);
  const statistic = properties.Statistic ?? properties.ExtendedStatistic;
  if (!MetricName || !Namespace || !statistic || !Period) throw new TypeError('The alarm watches nothing.');
  return watchedMetric(statisticOf({ MetricName, Namespace, Dimensions }, statistic), Period);
}

function watchedMetric(statistic: Statistic, period: number): Watched {
  const periodMs = period * 1_000;
  return {
    periodMs,
    statistics: [statistic],
    valuesOf: (data, at, count) =>
      Array.from({ length: count }, (_, index) =>
        data.statisticOf(statistic, at - (index + 1) * periodMs, at - index * periodMs),
      ),
  };
}

/** One of the queries returns data; the others are what it is made of. */
function watchedByExpression(queries: readonly MetricQuery[]): Watched {
  const metrics = new Map<string, Watched>();
  const expressions = new Map<string, Expression>();
  for (const { Id, MetricStat, Expression: text } of queries) {
    if (MetricStat)
      metrics.set(Id, watchedMetric(statisticOf(MetricStat.Metric, MetricStat.Stat), MetricStat.Period));
    else expressions.set(Id, parseExpression(text ?? ''));
  }
  const returned = queries.filter(({ ReturnData = true }) => ReturnData);
  const [expression, ...others] = returned.map(({ Id }) => expressions.get(Id));
  if (!expression || others.length > 0) throw new TypeError('Not one expression returns data.');
  const used = [...expression.names].map((name) => {
    const metric = metrics.get(name);
    if (!metric) throw new TypeError(`There is no metric ${name}.`);
    return [name, metric] as const;
  });
  const periods = new Set(used.map(([, { periodMs }]) => periodMs));
  const [periodMs] = periods;
  if (periodMs === undefined || periods.size > 1) throw new TypeError('The metrics differ in their periods.');
  return {
    periodMs,
    statistics: used.flatMap(([, { statistics }]) => statistics),
    valuesOf(data, at, count) {
      const values = new Map(used.map(([name, metric]) => [name, metric.valuesOf(data, at, count)]));
      const hasData = (name: string) => values.get(name)!.some((value) => value !== undefined);
      return Array.from({ length: count }, (_, index) =>
        expression.evaluate({ valueAt: (name) => values.get(name)![index], hasData }),
      );
    },
  };
}

function statisticOf(
  { Namespace, MetricName, Dimensions = [] }: NonNullable<MetricQuery['MetricStat']>['Metric'],
  statistic: string,
): Statistic {
  const dimensions = Object.fromEntries(Dimensions.map(({ Name, Value }) => [Name, Value]));
  return { namespace: Namespace, name: MetricName, dimensions, statistic };
}
