import type { LineResult, PushResult } from '../../protocol/answers/push.ts';
import { isRefusal, type Refusal, RefusalCode } from '../../protocol/refusal.ts';
import { EnvironmentVariable, METRIC_NAMESPACE, MetricDimension, MetricName } from '../names.ts';

/** Values by metric, of one event. An absent metric is not written. */
export type MetricValues = { readonly [Name in MetricName]?: number };

/**
 * Writes metrics, a call per event: counts add up over a period, latencies and gauges are samples. `code`: of a token's
 * refusal.
 */
export type RecordMetrics = (values: MetricValues, dimension?: { code: string }) => void;

/**
 * Writes metrics into the log, from which CloudWatch takes them: no service is called or waited for. Without
 * `metricsService` in the environment none are wanted.
 */
export function metricsFromEnvironment(
  write: (line: string) => unknown = (line) => process.stdout.write(line),
  now: () => number = Date.now,
): RecordMetrics {
  const service = process.env[EnvironmentVariable.metricsService];
  if (service === undefined) return () => {};
  return (values, dimension) => write(`${JSON.stringify(embedded(service, now(), values, dimension))}\n`);
}

/**
 * A log line in the embedded metric format.
 * Source:
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
function embedded(service: string, timestamp: number, values: MetricValues, dimension?: { code: string }) {
  const { service: serviceName, code: codeName } = MetricDimension;
  return {
    _aws: {
      Timestamp: timestamp,
      CloudWatchMetrics: [
        {
          Namespace: METRIC_NAMESPACE,
          // With a code the metric is written twice: for all codes together, and for this one.
          Dimensions: [[serviceName], ...(dimension ? [[serviceName, codeName]] : [])],
          Metrics: Object.keys(values).map((name) => ({ Name: name, Unit: unitOf(name) })),
        },
      ],
    },
    [serviceName]: service,
    ...(dimension && { [codeName]: dimension.code }),
    ...values,
  };
}

function unitOf(name: string): 'Milliseconds' | 'Count' {
  return name === MetricName.pushLatency || name === MetricName.canaryLatency ? 'Milliseconds' : 'Count';
}

/** Returns the metrics of posts to the connections of a group, as `pushMetrics` does. */
export function groupPostMetrics({
  delivered,
  gone,
  failed,
}: Pick<PushResult, 'delivered' | 'gone' | 'failed'>): MetricValues {
  return { ...postMetrics(delivered, failed), ...(gone > 0 && { [MetricName.pushesGone]: gone }) };
}

/**
 * Returns the metrics of the messages of one request, and of its duration. Zeros are left out, since each byte is paid
 * for, with one exception: of posts, both the delivered and the failed ones are written, so that a share can be
 * computed.
 */
export function pushMetrics(results: readonly LineResult[], elapsedMs: number): MetricValues {
  const pushed = results.filter((result): result is PushResult => !isRefusal(result));
  const refused = results.filter(isRefusal);
  const sum = (count: 'delivered' | 'gone' | 'failed') =>
    pushed.reduce((total, result) => total + result[count], 0);
  const others = {
    [MetricName.pushesGone]: sum('gone'),
    [MetricName.pushesOffline]: pushed.filter(isOffline).length,
    [MetricName.pushesUnavailable]:
      refused.filter(isOutage).length + pushed.filter(({ unavailable }) => unavailable).length,
  };
  return {
    ...postMetrics(sum('delivered'), sum('failed')),
    ...Object.fromEntries(Object.entries(others).filter(([, count]) => count > 0)),
    [MetricName.pushLatency]: elapsedMs,
  };
}

function postMetrics(delivered: number, failed: number): MetricValues {
  if (delivered + failed === 0) return {};
  return { [MetricName.pushesDelivered]: delivered, [MetricName.pushesFailed]: failed };
}

function isOutage({ code }: Refusal): boolean {
  return code === RefusalCode.unavailable || code === RefusalCode.unconfirmed;
}

function isOffline({ delivered, gone, failed, excluded = 0, unavailable }: PushResult): boolean {
  return delivered + gone + failed + excluded === 0 && !unavailable;
}
