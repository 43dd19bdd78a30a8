import type { Metric } from './metric.ts';

type Directive = {
  Namespace: string;
  Dimensions: string[][];
  Metrics: { Name: string }[];
};

/**
 * The metrics of a line in the embedded metric format, one for each of its sets of dimensions; of any other line none.
 * Source:
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export function embeddedMetrics(line: string): Metric[] {
  if (!line.includes('"_aws"')) return [];
  const values = parsed(line);
  const directives =
    (values?._aws as { CloudWatchMetrics?: Directive[] } | undefined)?.CloudWatchMetrics ?? [];
  return directives.flatMap(({ Namespace: namespace, Dimensions, Metrics }) =>
    Dimensions.flatMap((names) => {
      const dimensions = Object.fromEntries(names.map((name) => [name, String(values?.[name])]));
      return Metrics.map(({ Name: name }) => ({
        namespace,
        name,
        dimensions,
        value: Number(values?.[name]),
      }));
    }),
  );
}

function parsed(line: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(line) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}
