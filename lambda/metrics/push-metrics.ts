import type { LineResult, PushResult } from '../../protocol/push-result.ts';
import { isRefusal, type Refusal, RefusalCode } from '../../protocol/refusal.ts';
import { MetricName } from '../names.ts';
import type { MetricValues } from './metrics.ts';

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
  const [delivered, failed] = [sum('delivered'), sum('failed')];
  const others = {
    [MetricName.pushesGone]: sum('gone'),
    [MetricName.pushesOffline]: pushed.filter(isOffline).length,
    [MetricName.pushesUnavailable]: refused.filter(isOutage).length,
  };
  return {
    ...(delivered + failed > 0 && {
      [MetricName.pushesDelivered]: delivered,
      [MetricName.pushesFailed]: failed,
    }),
    ...Object.fromEntries(Object.entries(others).filter(([, count]) => count > 0)),
    [MetricName.pushLatency]: elapsedMs,
  };
}

function isOutage({ code }: Refusal): boolean {
  return code === RefusalCode.unavailable || code === RefusalCode.unconfirmed;
}

function isOffline({ delivered, gone, failed }: PushResult): boolean {
  return delivered + gone + failed === 0;
}
