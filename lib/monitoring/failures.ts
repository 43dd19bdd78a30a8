import { Duration } from 'aws-cdk-lib';
import { type IMetric, MathExpression, type MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import type { Watched } from './watched.ts';

/** Posts in five minutes below which a share says nothing: of two, one that fails is half. */
const leastPosts = 100;

const sum: MetricOptions = { statistic: 'Sum', period: Duration.minutes(5) };

/** What alarms watch and the dashboard shows. */
export type Failures = ReturnType<typeof failuresOf>;

/** Each over five minutes, but for the text tasks. */
export function failuresOf({ metrics, functions, stage, tables, broadcast, text }: Watched) {
  const all = Object.values(functions);
  return {
    errors: total('Errors', [...all.map((fn) => fn.metricErrors(sum)), metrics.metricInternalErrors(sum)]),
    throttles: total(
      'Throttles',
      all.map((fn) => fn.metricThrottles(sum)),
    ),
    failedPercent: new MathExpression({
      label: 'Failed posts, percent',
      period: Duration.minutes(5),
      expression: `IF(delivered + failed >= ${leastPosts}, 100 * failed / (delivered + failed), 0)`,
      usingMetrics: {
        delivered: metrics.metricPushesDelivered(sum),
        failed: metrics.metricPushesFailed(sum),
      },
    }),
    unavailable: metrics.metricPushesUnavailable(sum),
    pushLatency: metrics.metricPushLatency(),
    /** Metrics of a stage: https://docs.aws.amazon.com/apigateway/latest/developerguide/websocket-api-logging.html */
    gatewayErrors: total('Gateway errors', [
      stage.metric('IntegrationError', sum),
      stage.metric('ExecutionError', sum),
    ]),
    throttledRequests: total(
      'Throttled requests',
      tables.flatMap((table) => [
        table.metric('ReadThrottleEvents', sum),
        table.metric('WriteThrottleEvents', sum),
      ]),
    ),
    deadLetters: broadcast.deadLetterQueue.metricApproximateNumberOfMessagesVisible({
      statistic: 'Maximum',
      period: Duration.minutes(5),
    }),
    textTasks: text && textTasksInTrouble(text),
  };
}

/** Metrics that have no data while nothing happens count as 0. */
function total(label: string, metrics: readonly IMetric[]): MathExpression {
  const named = Object.fromEntries(metrics.map((metric, index) => [`m${index}`, metric]));
  const terms = Object.keys(named).map((name) => `FILL(${name}, 0)`);
  return new MathExpression({
    label,
    period: Duration.minutes(5),
    expression: terms.join(' + '),
    usingMetrics: named,
  });
}

/**
 * 1 while a task fails its health check, or none passes it. Whether a balancer across zones counts tasks per zone or all of them is not
 * documented, so neither number is compared with how many there should be.
 * Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-cloudwatch-metrics.html
 */
function textTasksInTrouble({ balancer }: NonNullable<Watched['text']>): MathExpression {
  const { metrics } = balancer.targetGroup;
  const most: MetricOptions = { statistic: 'Maximum', period: Duration.minutes(1) };
  return new MathExpression({
    label: 'Text tasks in trouble',
    period: Duration.minutes(1),
    expression: 'IF(FILL(unhealthy, 0) > 0 OR FILL(healthy, 0) < 1, 1, 0)',
    usingMetrics: {
      healthy: metrics.healthyHostCount(most),
      unhealthy: metrics.unHealthyHostCount(most),
    },
  });
}
