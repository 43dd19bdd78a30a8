import type { ITopic } from 'aws-cdk-lib/aws-sns';

/** What an app can choose of its monitoring. */
export type MonitoringOptions = {
  /**
   * Topic that is notified when an alarm rings, and when it is over.
   *
   * @default - none; alarms are seen on the dashboard
   */
  readonly alarmTopic?: ITopic;
  /** Above this 99th percentile, pushes are slow; in milliseconds, 1 to 60,000. @default 2000 */
  readonly slowPushMs?: number;
  /** Above this share of posts that failed, something is wrong; in percent, up to 100. @default 1 */
  readonly failedPercent?: number;
};
