import { App, Stack } from 'aws-cdk-lib';
import { expect, test } from 'vitest';
import { MetricName } from '../../lambda/names.ts';
import { UidPush } from '../../lib/uid-push.ts';

const uidPush = new UidPush(
  new Stack(new App({ context: { 'aws:cdk:bundling-stacks': [] } }), 'shop'),
  'Pushes',
);

test('a metric is one of this service’s, summed over five minutes', () => {
  expect(uidPush.metric(MetricName.registrations).toMetricConfig().metricStat).toMatchObject({
    namespace: 'uidpush',
    metricName: 'Registrations',
    dimensions: [{ name: 'Service', value: 'shop/Pushes' }],
    statistic: 'Sum',
    period: { amount: 5 },
  });
});

test('every metric has a method of its name', () => {
  for (const name of Object.values(MetricName)) {
    const method = uidPush[`metric${name}` as keyof UidPush] as UidPush['metricRegistrations'];
    expect(method.call(uidPush).metricName).toBe(name);
  }
});

test('latency is told by its 99th percentile, open connections by their most', () => {
  expect(uidPush.metricPushLatency().statistic).toBe('p99');
  expect(uidPush.metricOpenConnections().statistic).toBe('Maximum');
});

test('the options of a metric win', () => {
  expect(uidPush.metricPushLatency({ statistic: 'p50', label: 'median' })).toMatchObject({
    statistic: 'p50',
    label: 'median',
  });
});
