import { Duration } from 'aws-cdk-lib';
import { type IMetric, MathExpression, type MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import type { Function as CdkFunction } from 'aws-cdk-lib/aws-lambda';
import type { Watched } from './watched.ts';

/** Posts in five minutes below which a share says nothing: of two, one that fails is half. */
const leastPosts = 100;

const sum: MetricOptions = { statistic: 'Sum', period: Duration.minutes(5) };
const most: MetricOptions = { statistic: 'Maximum', period: Duration.minutes(5) };

/** What alarms watch and the dashboard shows, by the parts that it is counted of: `{ Push: …, Register: … }`. */
export type Failures = ReturnType<typeof failuresOf>;

/**
 * Each over five minutes. Metrics are watched one by one, not their sum: what an expression yields while one of its
 * metrics has no data at all is not documented, and a function that is not invoked has none.
 */
export function failuresOf({ metrics, stage, tables, broadcast, text }: Watched) {
  return {
    internalErrors: metrics.metricInternalErrors(sum),
    failedPercent: failedPercent(metrics),
    unavailable: metrics.metricPushesUnavailable(sum),
    pushLatency: metrics.metricPushLatency(),
    /** https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-logging.html */
    gatewayErrors: {
      Integration: stage.metric('IntegrationError', sum),
      Execution: stage.metric('ExecutionError', sum),
    },
    /** By table: `ThrottledRequests` is counted by operation alone. */
    tableThrottles: {
      ...eachOf(tables, (table) => table.metric('ReadThrottleEvents', sum), 'Reads'),
      ...eachOf(tables, (table) => table.metric('WriteThrottleEvents', sum), 'Writes'),
    },
    deadLetters: broadcast.deadLetterQueue.metricApproximateNumberOfMessagesVisible(most),
    textTasks: text && {
      healthy: text.balancer.targetGroup.metrics.healthyHostCount(most),
      unhealthy: text.balancer.targetGroup.metrics.unHealthyHostCount(most),
    },
  };
}

/** What can fail of each function. */
export function functionFailuresOf(fn: CdkFunction): { errors: IMetric; throttles: IMetric } {
  return { errors: fn.metricErrors(sum), throttles: fn.metricThrottles(sum) };
}

function eachOf<Part>(
  parts: Readonly<Record<string, Part>>,
  metricOf: (part: Part) => IMetric,
  suffix: string,
): Record<string, IMetric> {
  return Object.fromEntries(Object.entries(parts).map(([name, part]) => [name + suffix, metricOf(part)]));
}

/** Both counts are written of every request with posts, so neither is there without the other. */
function failedPercent(metrics: Watched['metrics']): MathExpression {
  return new MathExpression({
    label: 'Failed posts, percent',
    period: Duration.minutes(5),
    expression: `IF(delivered + failed >= ${leastPosts}, 100 * failed / (delivered + failed), 0)`,
    usingMetrics: {
      delivered: metrics.metricPushesDelivered(sum),
      failed: metrics.metricPushesFailed(sum),
    },
  });
}
