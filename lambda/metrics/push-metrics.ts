import type { LineResult, PushResult } from '../../protocol/push-result.ts';
import { isRefusal, RefusalCode } from '../../protocol/refusal.ts';
import { MetricName } from '../names.ts';
import type { MetricValues } from './metrics.ts';

/** What became of the messages of one request, and how long that took. Zeros are left out: they are written and paid for per byte. */
export function pushMetrics(results: readonly LineResult[], elapsedMs: number): MetricValues {
  const pushed = results.filter((result): result is PushResult => !isRefusal(result));
  const refused = results.filter(isRefusal);
  const sum = (count: 'delivered' | 'gone' | 'failed') =>
    pushed.reduce((total, result) => total + result[count], 0);
  const counts = {
    [MetricName.pushesDelivered]: sum('delivered'),
    [MetricName.pushesGone]: sum('gone'),
    [MetricName.pushesFailed]: sum('failed'),
    [MetricName.pushesOffline]: pushed.filter(isOffline).length,
    [MetricName.pushesUnavailable]: refused.filter(({ code }) => code === RefusalCode.unavailable).length,
  };
  return {
    ...Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0)),
    [MetricName.pushLatency]: elapsedMs,
  };
}

function isOffline({ delivered, gone, failed }: PushResult): boolean {
  return delivered + gone + failed === 0;
}
