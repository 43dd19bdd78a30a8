import type { ITopic } from 'aws-cdk-lib/aws-sns';

/** Options of `UidPushProps.monitoring`. */
export type MonitoringOptions = {
  /**
   * Topic that is notified when an alarm goes off, and when it is over.
   *
   * @default - none; alarms are seen on the dashboard
   */
  readonly alarmTopic?: ITopic;
  /**
   * Above this 99th percentile, pushes are slow: milliseconds, 1 to 60,000.
   *
   * @default 2000
   */
  readonly slowPushMs?: number;
  /**
   * Above this share of failed posts an alarm goes off: percent, above 0 to 100.
   *
   * @default 1
   */
  readonly failedPercent?: number;
  /**
   * Whether a canary sends itself a message each minute, and rings when too many don't arrive. @default true
   */
  readonly canary?: boolean;
  /** How many of the canary's messages must arrive, in percent, from 90 to 99.9. @default 99.5 */
  readonly objectivePercent?: number;
};
