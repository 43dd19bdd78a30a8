import { EnvironmentVariable, METRIC_NAMESPACE, MetricDimension, MetricName } from '../names.ts';

/** Values by metric, of one event. An absent metric is not written. */
export type MetricValues = { readonly [Name in MetricName]?: number };

/**
 * Writes metrics, a call per event: counts add up over a period, latencies and gauges are samples. `code`: of a token's
 * refusal.
 */
export type TellMetrics = (values: MetricValues, dimension?: { code: string }) => void;

/**
 * Writes metrics into the log, from which CloudWatch takes them: no service is called or waited for. Without
 * `metricsService` in the environment none are wanted.
 */
export function metricsOfEnvironment(
  write: (line: string) => unknown = (line) => process.stdout.write(line),
  now: () => number = Date.now,
): TellMetrics {
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
  return name === MetricName.pushLatency ? 'Milliseconds' : 'Count';
}
