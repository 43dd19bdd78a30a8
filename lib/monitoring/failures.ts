import { Duration } from 'aws-cdk-lib';
import { type IMetric, MathExpression, type MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import type { Function as CdkFunction } from 'aws-cdk-lib/aws-lambda';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Watched } from './watched.ts';

/** Posts in five minutes below which a share says nothing: of two, one that fails is half. */
const leastPosts = 100;

/**
 * Failures in an hour from which a share says something, of however few. One may be a single slow reader, unless
 * nothing else was done in the hour: then it is all that the service had to do.
 */
const leastFailures = 2;

const anHour = Duration.hours(1);

const sum: MetricOptions = { statistic: 'Sum', period: Duration.minutes(5) };
const most: MetricOptions = { statistic: 'Maximum', period: Duration.minutes(5) };

/** Metrics that alarms watch and the dashboard shows, by the parts that they are summed from: `{ Push: … }`. */
export type Failures = ReturnType<typeof failuresOf>;

/**
 * Each over five minutes but for those of an hour, by which a service with few pushes is watched. Metrics are watched
 * one by one, not their sum: what an expression yields while one of its metrics has no data at all is not documented,
 * and a function that is not invoked has none.
 */
export function failuresOf({ metrics, stage, tables, broadcast, text, presence }: Watched) {
  return {
    internalErrors: metrics.metricInternalErrors(sum),
    failedPercent: failedPercent(metrics),
    failedPercentOfHour: failedPercentOfHour(metrics),
    unavailable: metrics.metricPushesUnavailable(sum),
    unavailablePercentOfHour: unavailablePercentOfHour(metrics),
    pushLatency: metrics.metricPushLatency(),
    canaryRuns: metrics.metricCanaryFailures({ statistic: 'SampleCount' }),
    /** https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-logging.html */
    gatewayErrors: {
      Integration: integrationErrors(stage, metrics),
      Execution: stage.metric('ExecutionError', sum),
    },
    /** Requests that API Gateway refused before it called a function; it has no reason here but its throttles. */
    gatewayThrottles: stage.metric('ClientError', sum),
    /** By table: `ThrottledRequests` is counted by operation alone. */
    tableThrottles: {
      ...eachOf(tables, (table) => table.metric('ReadThrottleEvents', sum), 'Reads'),
      ...eachOf(tables, (table) => table.metric('WriteThrottleEvents', sum), 'Writes'),
    },
    deadLetters: deadLettersOf(broadcast.deadLetterQueue),
    /** By what was given up: looks at uids, and events that the webhook didn't take. */
    presenceDeadLetters: {
      ...(presence && { Presence: deadLettersOf(presence.deadLetterQueue) }),
      ...(presence?.webhookDeadLetterQueue && { Webhook: deadLettersOf(presence.webhookDeadLetterQueue) }),
    },
    /** How many seconds the oldest has waited: of the uids to look at, by queue, and of the events to be taken. */
    presenceLag: presence && {
      graceSeconds: presence.graceSeconds,
      uids: eachOf(presence.waiting.uids, (queue) => queue.metricApproximateAgeOfOldestMessage(most), ''),
      events: eachOf(presence.waiting.events, (queue) => queue.metricApproximateAgeOfOldestMessage(most), ''),
    },
    textTasks: text && {
      healthy: text.balancer.targetGroup.metrics.healthyHostCount(most),
      unhealthy: text.balancer.targetGroup.metrics.unHealthyHostCount(most),
    },
  };
}

function deadLettersOf(queue: Queue): IMetric {
  return queue.metricApproximateNumberOfMessagesVisible(most);
}

/** Kinds of failures of a function. */
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

/** Of all posts of an hour. Both counts are there, as above. */
function failedPercentOfHour(metrics: Watched['metrics']): MathExpression {
  const options: MetricOptions = { statistic: 'Sum', period: anHour };
  return new MathExpression({
    label: 'Failed posts of the hour, percent',
    period: anHour,
    expression: `IF(failed >= ${leastFailures} OR (failed > 0 AND delivered == 0), 100 * failed / (delivered + failed), 0)`,
    usingMetrics: {
      delivered: metrics.metricPushesDelivered(options),
      failed: metrics.metricPushesFailed(options),
    },
  });
}

/**
 * Of all requests of an hour, whose number is that of the latency's samples; one of several messages may count several
 * times. A request without an unavailable message writes no zero, so while there is none there is no data.
 */
function unavailablePercentOfHour(metrics: Watched['metrics']): MathExpression {
  return new MathExpression({
    label: 'Unavailable pushes of the hour, percent',
    period: anHour,
    expression: `IF(unavailable >= ${leastFailures} OR unavailable == requests, 100 * unavailable / requests, 0)`,
    usingMetrics: {
      unavailable: metrics.metricPushesUnavailable({ statistic: 'Sum', period: anHour }),
      requests: metrics.metricPushLatency({ statistic: 'SampleCount', period: anHour }),
    },
  });
}

/**
 * Errors of functions without the sockets that `$connect` refused, which API Gateway counts too: an integration that
 * answers 4XX. Were they not counted, the difference would hide as many errors as there are refusals, never show one
 * that is none. A tenth of the refusals is left to minutes that end differently in the two counts.
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-logging.html
 */
function integrationErrors(stage: Watched['stage'], metrics: Watched['metrics']): MathExpression {
  return new MathExpression({
    label: 'IntegrationError, without refused origins',
    period: Duration.minutes(5),
    expression: 'IF(errors > 1.1 * FILL(refused, 0), errors - FILL(refused, 0), 0)',
    usingMetrics: {
      errors: stage.metric('IntegrationError', sum),
      refused: metrics.metricConnectRefusals(sum),
    },
  });
}
