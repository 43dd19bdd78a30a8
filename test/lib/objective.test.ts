import { describe, expect, test } from 'vitest';
import { Alarms } from '../support/alarms/alarms.ts';
import { MetricData, minutes } from '../support/alarms/metric-data.ts';
import { deployedTemplate } from '../support/templates.ts';

const now = Date.UTC(2026, 0, 31, 12);
const alarms = new Alarms(deployedTemplate({ monitoring: 'true' }).toJSON());

describe('the objective of the canary, by both windows of a rate', () => {
  /** Runs of the last hours, one a minute; those at `failed` minutes ago failed. */
  function ringing(failed: readonly number[]): string[] {
    const data = new MetricData();
    const [statistic] = alarms.metricAlarms.get('CanaryFastLong')!.statistics;
    for (const minute of minutes(0, 400)) {
      const value = failed.includes(minute) ? 1 : 0;
      data.add({ ...statistic!, value, time: now - (minute + 1) * 60_000 });
    }
    return alarms.ringing(data, now).filter((name) => name.startsWith('Canary'));
  }

  test.each<[string, number[], string[]]>([
    ['a run that fails now and then', [10, 200, 390], []],
    ['five minutes of failures that go on', minutes(0, 5), ['CanaryFast']],
    ['twenty that go on', minutes(0, 20), ['CanaryFast', 'CanarySlow']],
    ['twenty that are over for ten minutes', minutes(10, 30), ['CanarySlow']],
    ['twenty that are over for half an hour', minutes(30, 50), []],
    ['one in half an hour for hours', minutes(0, 360, 30), ['CanarySlow']],
  ])('%s', (_, failed, rings) => {
    expect(ringing(failed)).toEqual(rings);
  });

  test.each([
    ['99.9', 1, 3],
    ['99.5', 5, 11],
    ['95', 44, 108],
  ])('of %s %% are failures: %i in an hour, %i in six', (objectivePercent, fast, slow) => {
    const template = deployedTemplate({ monitoring: 'true', objectivePercent });
    const thresholds = Object.entries(template.findResources('AWS::CloudWatch::Alarm'))
      .filter(([id]) => /Canary(Fast|Slow)Long/.test(id))
      .map(([, { Properties }]) => Properties.Threshold);
    expect(thresholds).toEqual([fast, slow]);
  });

  test('there is none without a canary', () => {
    const without = new Alarms(deployedTemplate({ monitoring: 'true', canary: 'false' }).toJSON());
    expect(without.names.filter((name) => name.startsWith('Canary'))).toEqual([]);
    expect(without.names.filter((name) => name.endsWith('Canary'))).toEqual([]);
  });
});
