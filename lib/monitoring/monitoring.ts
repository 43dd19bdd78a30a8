import type { Alarm, Dashboard } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { EnvironmentVariable } from '../../lambda/names.ts';
import type { ConnectionTable } from '../connection-table.ts';
import type { AlarmName } from './alarm-name.ts';
import { makeAlarms } from './alarms.ts';
import { ConnectionGauge } from './connection-gauge.ts';
import { makeDashboard } from './dashboard.ts';
import { failuresOf } from './failures.ts';
import type { MonitoringOptions } from './monitoring-options.ts';
import type { Watched } from './watched.ts';

export type MonitoringProps = MonitoringOptions & {
  /** What is watched, but for what this construct adds. */
  readonly watched: Watched;
  readonly table: ConnectionTable;
};

/** Metrics that AWS lacks, alarms on them and on AWS's own, and a dashboard of both. */
export class Monitoring extends Construct {
  readonly dashboard: Dashboard;
  /** By what they ring for; several where a metric is counted of several parts. */
  readonly alarms: Readonly<Record<AlarmName, readonly Alarm[]>>;
  readonly connectionGauge: ConnectionGauge;

  constructor(scope: Construct, id: string, { watched, table, ...options }: MonitoringProps) {
    super(scope, id);
    this.connectionGauge = new ConnectionGauge(this, 'Gauge', table);
    const functions = { ...watched.functions, Counter: this.connectionGauge.counter };
    for (const fn of Object.values(functions)) {
      fn.addEnvironment(EnvironmentVariable.metricsService, watched.metrics.serviceName);
    }
    const all = { ...watched, functions };
    const failures = failuresOf(all);
    this.alarms = makeAlarms(this, failures, options);
    this.dashboard = makeDashboard(this, all, failures, Object.values(this.alarms).flat());
  }
}
