/** One value of a metric, as services of AWS and functions put them into CloudWatch. */
export type Metric = {
  namespace: string;
  name: string;
  dimensions: Readonly<Record<string, string>>;
  value: number;
};

export type OnMetric = (metric: Metric) => void;
