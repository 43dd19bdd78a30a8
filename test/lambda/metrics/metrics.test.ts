import { afterEach, describe, expect, test, vi } from 'vitest';
import { type MetricValues, metricsFromEnvironment, pushMetrics } from '../../../lambda/metrics/metrics.ts';
import type { LineResult } from '../../../protocol/answers/push.ts';

afterEach(() => void vi.unstubAllEnvs());

function written(values: MetricValues, dimension?: { code: string }): string[] {
  const lines: string[] = [];
  metricsFromEnvironment(
    (line) => lines.push(line),
    () => 1_795_000_000_000,
  )(values, dimension);
  return lines;
}

describe('metrics in the log', () => {
  test('are one line of CloudWatch’s embedded metric format, of this service', () => {
    vi.stubEnv('METRICS_SERVICE', 'uidpush/UidPush');
    const [line, ...others] = written({ PushesDelivered: 2, PushLatency: 12 });

    expect(others).toEqual([]);
    expect(line).toMatch(/^[^\n]+\n$/);
    expect(JSON.parse(line ?? '')).toEqual({
      _aws: {
        Timestamp: 1_795_000_000_000,
        CloudWatchMetrics: [
          {
            Namespace: 'uidpush',
            Dimensions: [['Service']],
            Metrics: [
              { Name: 'PushesDelivered', Unit: 'Count' },
              { Name: 'PushLatency', Unit: 'Milliseconds' },
            ],
          },
        ],
      },
      Service: 'uidpush/UidPush',
      PushesDelivered: 2,
      PushLatency: 12,
    });
  });

  test('are told for all codes together and for each', () => {
    vi.stubEnv('METRICS_SERVICE', 's');
    const [line = ''] = written({ TokenRefusals: 1 }, { code: 'token-expired' });
    expect(JSON.parse(line)).toMatchObject({
      _aws: { CloudWatchMetrics: [{ Dimensions: [['Service'], ['Service', 'Code']] }] },
      Code: 'token-expired',
      TokenRefusals: 1,
    });
  });

  test('are not written where nobody asked for them', () => {
    expect(written({ PushesDelivered: 2 })).toEqual([]);
  });
});

describe('what is counted of a push request', () => {
  const result = (counts: object) =>
    ({ uid: 'u', delivered: 0, gone: 0, failed: 0, ...counts }) as LineResult;

  test('is every post by its outcome, and each message that nobody was there for', () => {
    const results = [
      result({ delivered: 2, gone: 1 }),
      result({ delivered: 1, failed: 3 }),
      result({}),
      result({ stored: true, seq: 1 }),
    ];
    expect(pushMetrics(results, 7)).toEqual({
      PushesDelivered: 3,
      PushesGone: 1,
      PushesFailed: 3,
      PushesOffline: 2,
      PushLatency: 7,
    });
  });

  test('are messages that no table answered for, and not those that were no messages', () => {
    const results: LineResult[] = [
      { code: 'unavailable', detail: 'x' },
      { code: 'unconfirmed', detail: 'x' },
      { code: 'invalid-json', detail: 'x' },
    ];
    expect(pushMetrics(results, 7)).toEqual({ PushesUnavailable: 2, PushLatency: 7 });
  });

  test('are no messages to uids that are offline where their connections were left out', () => {
    const counts = { uid: 'u1', delivered: 0, gone: 0, failed: 0 };
    expect(pushMetrics([{ ...counts, excluded: 1 }], 7)).toEqual({ PushLatency: 7 });
    expect(pushMetrics([{ ...counts, excluded: 0 }], 7)).toEqual({ PushesOffline: 1, PushLatency: 7 });
  });

  test('are stored messages whose connections no table answered for, which are not offline', () => {
    const counts = { uid: 'u1', delivered: 0, gone: 0, failed: 0 };
    const results: LineResult[] = [{ ...counts, seq: 1, stored: true, unavailable: true }];
    expect(pushMetrics(results, 7)).toEqual({ PushesUnavailable: 1, PushLatency: 7 });
  });
});
