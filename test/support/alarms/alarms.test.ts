import { describe, expect, test } from 'vitest';
import { Alarms } from './alarms.ts';
import { type AlarmProperties, metricAlarm } from './metric-alarm.ts';
import { MetricData } from './metric-data.ts';
import { parseExpression, type Value } from './metric-math.ts';

const now = Date.UTC(2026, 0, 31, 12);
const metric = { namespace: 'N', name: 'M', dimensions: { D: 'd' } };
const basic: AlarmProperties = {
  Namespace: 'N',
  MetricName: 'M',
  Dimensions: [{ Name: 'D', Value: 'd' }],
  Statistic: 'Sum',
  Period: 60,
  EvaluationPeriods: 3,
  Threshold: 1,
  ComparisonOperator: 'GreaterThanOrEqualToThreshold',
  TreatMissingData: 'notBreaching',
};

/** The last periods, the latest last: `X` breaches, `0` doesn't, `-` is missing. */
function rings(periods: string, properties: Partial<AlarmProperties> = {}): boolean {
  const data = new MetricData();
  for (const [index, point] of [...periods].entries()) {
    const time = now - (periods.length - index) * 60_000;
    if (point !== '-') data.add({ ...metric, value: point === 'X' ? 1 : 0, time });
  }
  return metricAlarm({ ...basic, ...properties }).isRinging(data, now);
}

// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html
describe('an alarm over three periods', () => {
  test.each([
    ['0-X-X', false, false],
    ['0----', false, false],
    ['-----', false, true],
    ['0XX-X', true, true],
    ['--X--', false, true],
    ['-X-XX', true, true],
  ])(
    'of %s rings: %s where what is missing does not breach, %s where it does',
    (points, without, withMissing) => {
      expect(rings(points)).toBe(without);
      expect(rings(points, { TreatMissingData: 'breaching' })).toBe(withMissing);
    },
  );

  test.each([
    ['0XX0X', true],
    ['0X00X', false],
    ['-X--X', true],
    ['----X', false],
    ['XX000', false],
  ])('two of which must breach, of %s rings: %s', (points, isRinging) => {
    expect(rings(points, { DatapointsToAlarm: 2 })).toBe(isRinging);
  });
});

describe('a statistic', () => {
  const data = new MetricData();
  for (let value = 1; value <= 5; value++) data.add({ ...metric, value, time: now - value * 1_000 });
  data.add({ ...metric, value: 100, time: now - 61_000 });
  data.add({ ...metric, dimensions: {}, value: 1_000, time: now - 1 });

  test.each([
    ['Sum', 15],
    ['Average', 3],
    ['Maximum', 5],
    ['Minimum', 1],
    ['SampleCount', 5],
    ['p50', 3],
    ['p99', 4.96],
  ])('%s is that of the period, and of the one metric', (statistic, value) => {
    expect(data.statisticOf({ ...metric, statistic }, now - 60_000, now)).toBeCloseTo(value, 6);
  });

  test('of nothing is nothing', () => {
    expect(data.statisticOf({ ...metric, statistic: 'Sum' }, now, now + 60_000)).toBeUndefined();
  });
});

describe('an expression', () => {
  const values: Record<string, Value> = { a: 6, b: 3, zero: 0, gap: undefined, none: undefined };
  const variables = { valueAt: (name: string) => values[name], hasData: (name: string) => name !== 'none' };

  test.each<[string, Value]>([
    ['a + b * 2 ^ 2 - 1', 17],
    ['(a + b) * 2', 18],
    ['a / b', 2],
    ['a / zero', undefined],
    ['a > b', 1],
    ['a > b AND b > a OR zero == 0', 1],
    ['a + gap', undefined],
    ['FILL(gap, 0) + a', 6],
    ['FILL(none, 0) + a', undefined],
    ['IF(a >= 6, b, a)', 3],
    ['IF(zero, gap, a)', 6],
    ['IF(gap, a, b)', undefined],
    ['-a', -6],
  ])('%s is %s', (text, value) => {
    expect(parseExpression(text).evaluate(variables)).toBe(value);
  });

  test.each(['RATE(a)', 'a +', '(a', 'a b', 'FILL(a, REPEAT)', "SEARCH('x')", 'a % b'])(
    '%s is refused',
    (text) => {
      expect(() => parseExpression(text)).toThrow(TypeError);
    },
  );
});

test.each<[Partial<AlarmProperties>]>([
  [{ TreatMissingData: 'ignore' }],
  [{ ComparisonOperator: 'LessThanLowerThreshold' }],
  [{ MetricName: undefined as unknown as string }],
])('an alarm with %j is refused', (properties) => {
  expect(() => metricAlarm({ ...basic, ...properties })).toThrow(TypeError);
});

test('a composite alarm rings by its rule, and its parts tell nobody', () => {
  const part = (Threshold: number) => ({
    Type: 'AWS::CloudWatch::Alarm',
    Properties: { ...basic, EvaluationPeriods: 1, Threshold },
  });
  const alarms = new Alarms({
    Resources: {
      MonitoringOne0123ABCD: part(1),
      MonitoringFive0123ABCD: part(5),
      MonitoringBoth0123ABCD: {
        Type: 'AWS::CloudWatch::CompositeAlarm',
        Properties: {
          AlarmRule: {
            'Fn::Join': [
              '',
              [
                '(ALARM("',
                { 'Fn::GetAtt': ['MonitoringOne0123ABCD', 'Arn'] },
                '") AND ALARM("',
                { Ref: 'MonitoringFive0123ABCD' },
                '"))',
              ],
            ],
          },
        },
      },
    },
  });
  const data = new MetricData();
  const ringing = () => alarms.ringing(data, now);

  expect(alarms.names).toEqual(['Both']);
  data.add({ ...metric, value: 1, time: now - 1 });
  expect(ringing()).toEqual([]);
  data.add({ ...metric, value: 4, time: now - 1 });
  expect(ringing()).toEqual(['Both']);
});
