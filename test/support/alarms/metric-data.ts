/** One value of a metric, as a service of AWS or a line in the embedded metric format puts it. */
export type Datum = {
  namespace: string;
  name: string;
  dimensions: Readonly<Record<string, string>>;
  value: number;
  /** Milliseconds since the epoch. */
  time: number;
};

/** Which metric, by which statistic. */
export type Statistic = Omit<Datum, 'value' | 'time'> & { statistic: string };

/**
 * Metrics as CloudWatch keeps them: in minutes. A metric is its name with exactly its dimensions.
 * Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_concepts.html
 */
export class MetricData {
  readonly #values = new Map<string, { minute: number; value: number }[]>();

  add({ value, time, ...metric }: Datum): void {
    const key = keyOf(metric);
    const values = this.#values.get(key) ?? [];
    this.#values.set(key, values);
    values.push({ minute: Math.floor(time / 60_000), value });
  }

  /** The statistic of what is in `[from, to)`, whole minutes; `undefined`: there is no data point. */
  statisticOf({ statistic, ...metric }: Statistic, from: number, to: number): number | undefined {
    const values = (this.#values.get(keyOf(metric)) ?? [])
      .filter(({ minute }) => minute >= from / 60_000 && minute < to / 60_000)
      .map(({ value }) => value);
    return values.length === 0 ? undefined : statisticOf(values, statistic);
  }

  /** The metrics that there is anything of, for messages of tests. */
  get metrics(): string[] {
    return [...this.#values.keys()].toSorted();
  }
}

function keyOf({ namespace, name, dimensions }: Pick<Datum, 'namespace' | 'name' | 'dimensions'>): string {
  const pairs = Object.entries(dimensions).toSorted(([one], [other]) => (one < other ? -1 : 1));
  return `${namespace} ${name} ${pairs.map(([dimension, value]) => `${dimension}=${value}`).join(' ')}`;
}

function statisticOf(values: readonly number[], statistic: string): number {
  const sum = values.reduce((total, value) => total + value, 0);
  switch (statistic) {
    case 'Sum':
      return sum;
    case 'Average':
      return sum / values.length;
    case 'SampleCount':
      return values.length;
    case 'Maximum':
      return Math.max(...values);
    case 'Minimum':
      return Math.min(...values);
    default:
      return percentile(values, statistic);
  }
}

/** Between two values, in proportion; CloudWatch's own way is not documented. */
function percentile(values: readonly number[], statistic: string): number {
  const [, percent] = /^p(\d{1,2}(?:\.\d+)?|100)$/.exec(statistic) ?? [];
  if (percent === undefined) throw new TypeError(`The statistic ${statistic} is not known.`);
  const sorted = values.toSorted((one, other) => one - other);
  const place = (Number(percent) / 100) * (sorted.length - 1);
  const [below, above] = [sorted[Math.floor(place)]!, sorted[Math.ceil(place)]!];
  return below + (above - below) * (place - Math.floor(place));
}

/** Minutes ago: `to` is not among them. */
export function minutes(from: number, to: number, step = 1): number[] {
  return Array.from({ length: Math.ceil((to - from) / step) }, (_, index) => from + index * step);
}
