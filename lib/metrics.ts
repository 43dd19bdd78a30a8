import { Duration } from 'aws-cdk-lib';
import { Metric, type MetricOptions, Stats, Unit } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { METRIC_NAMESPACE, MetricDimension, MetricName } from '../lambda/names.ts';

/**
 * The metrics of a service, which its functions write with `monitoring: true`. Each method takes CloudWatch's options
 * for a metric; the period is five minutes if they don't say otherwise.
 */
export abstract class ServiceMetrics extends Construct {
  /** Distinguishes this service's metrics from those of another in the account: the construct's path. */
  get serviceName(): string {
    return this.node.path;
  }

  /**
   * Returns any of the metrics.
   *
   * @default - the sum over five minutes
   * @example
   * ```ts
   * import { Alarm } from 'aws-cdk-lib/aws-cloudwatch';
   * import { MetricName } from 'uidpush/cdk';
   *
   * const metric = pushes.metric(MetricName.pushesOffline);
   * new Alarm(stack, 'NobodyOnline', { metric, threshold: 100, evaluationPeriods: 3 });
   * ```
   */
  metric(metricName: MetricName, options?: MetricOptions): Metric {
    return new Metric({
      namespace: METRIC_NAMESPACE,
      metricName,
      dimensionsMap: { [MetricDimension.service]: this.serviceName },
      statistic: Stats.SUM,
      period: Duration.minutes(5),
      ...options,
    }).attachTo(this);
  }

  /**
   * Connections that were registered.
   *
   * @default - the sum over five minutes
   */
  metricRegistrations(options?: MetricOptions): Metric {
    return this.metric(MetricName.registrations, options);
  }

  /**
   * Registered connections that were closed.
   *
   * @default - the sum over five minutes
   */
  metricDisconnections(options?: MetricOptions): Metric {
    return this.metric(MetricName.disconnections, options);
  }

  /**
   * Posts that API Gateway accepted.
   *
   * @default - the sum over five minutes
   */
  metricPushesDelivered(options?: MetricOptions): Metric {
    return this.metric(MetricName.pushesDelivered, options);
  }

  /**
   * Posts to connections that no longer existed.
   *
   * @default - the sum over five minutes
   */
  metricPushesGone(options?: MetricOptions): Metric {
    return this.metric(MetricName.pushesGone, options);
  }

  /**
   * Posts that were tried without success.
   *
   * @default - the sum over five minutes
   */
  metricPushesFailed(options?: MetricOptions): Metric {
    return this.metric(MetricName.pushesFailed, options);
  }

  /**
   * Pushes to uids without a registered connection.
   *
   * @default - the sum over five minutes
   */
  metricPushesOffline(options?: MetricOptions): Metric {
    return this.metric(MetricName.pushesOffline, options);
  }

  /**
   * Pushes that were refused because a table did not answer.
   *
   * @default - the sum over five minutes
   */
  metricPushesUnavailable(options?: MetricOptions): Metric {
    return this.metric(MetricName.pushesUnavailable, options);
  }

  /**
   * Milliseconds from a push request to its answer.
   *
   * @default - the 99th percentile over five minutes
   */
  metricPushLatency(options?: MetricOptions): Metric {
    return this.metric(MetricName.pushLatency, {
      statistic: Stats.percentile(99),
      unit: Unit.MILLISECONDS,
      ...options,
    });
  }

  /**
   * Posts of broadcasts that API Gateway accepted.
   *
   * @default - the sum over five minutes
   */
  metricBroadcastDelivered(options?: MetricOptions): Metric {
    return this.metric(MetricName.broadcastDelivered, options);
  }

  /**
   * Posts of broadcasts to connections that no longer existed.
   *
   * @default - the sum over five minutes
   */
  metricBroadcastGone(options?: MetricOptions): Metric {
    return this.metric(MetricName.broadcastGone, options);
  }

  /**
   * Posts of broadcasts that were tried without success.
   *
   * @default - the sum over five minutes
   */
  metricBroadcastFailed(options?: MetricOptions): Metric {
    return this.metric(MetricName.broadcastFailed, options);
  }

  /**
   * Sockets that were not opened, for their page's origin.
   *
   * @default - the sum over five minutes
   */
  metricConnectRefusals(options?: MetricOptions): Metric {
    return this.metric(MetricName.connectRefusals, options);
  }

  /**
   * Registrations refused for their token.
   *
   * @default - the sum over five minutes
   */
  metricTokenRefusals(options?: MetricOptions): Metric {
    return this.metric(MetricName.tokenRefusals, options);
  }

  /**
   * Connections that are open, counted every five minutes.
   *
   * @default - the maximum over five minutes
   */
  metricOpenConnections(options?: MetricOptions): Metric {
    return this.metric(MetricName.openConnections, { statistic: Stats.MAXIMUM, ...options });
  }

  /**
   * Requests and registrations that failed for a fault of the service, and were answered; the function did not fail.
   *
   * @default - the sum over five minutes
   */
  metricInternalErrors(options?: MetricOptions): Metric {
    return this.metric(MetricName.internalErrors, options);
  }

  /**
   * Runs of the canary that failed; the samples are its runs.
   *
   * @default - the sum over five minutes
   */
  metricCanaryFailures(options?: MetricOptions): Metric {
    return this.metric(MetricName.canaryFailures, options);
  }

  /**
   * Milliseconds from the canary's push to its page.
   *
   * @default - the 99th percentile over five minutes
   */
  metricCanaryLatency(options?: MetricOptions): Metric {
    return this.metric(MetricName.canaryLatency, {
      statistic: Stats.percentile(99),
      unit: Unit.MILLISECONDS,
      ...options,
    });
  }
}
