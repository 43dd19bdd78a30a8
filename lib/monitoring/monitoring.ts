import type { Alarm, Dashboard } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { EnvironmentVariable } from '../../lambda/names.ts';
import type { ConnectionTable } from '../connection-table.ts';
import { AlarmName } from './alarm-name.ts';
import { makeAlarms, makeFunctionAlarms, type NamedAlarm } from './alarms.ts';
import { ConnectionGauge } from './connection-gauge.ts';
import { makeDashboard, type ServiceDashboard } from './dashboard.ts';
import { failuresOf } from './failures.ts';
import type { MonitoringOptions } from './monitoring-options.ts';
import type { Watched, WatchedFunction } from './watched.ts';

export type MonitoringProps = MonitoringOptions & {
  readonly watched: Watched;
  readonly table: ConnectionTable;
};

/** Metrics that AWS lacks, alarms on them and on AWS's own, and a dashboard of both. Made by `UidPush`. */
export class Monitoring extends Construct {
  /** The dashboard, the most important first. */
  readonly dashboard: Dashboard;
  /** The alarms by name; several where a metric is that of several parts. */
  readonly alarms: Readonly<Record<AlarmName, readonly Alarm[]>>;
  /** @internal */
  readonly connectionGauge: ConnectionGauge;
  readonly #options: MonitoringOptions;
  readonly #serviceName: string;
  readonly #alarms: Record<AlarmName, Alarm[]>;
  readonly #allAlarms: Alarm[] = [];
  readonly #addToDashboard: ServiceDashboard['addFunction'];

  /** @internal */
  constructor(scope: Construct, id: string, { watched, table, ...options }: MonitoringProps) {
    super(scope, id);
    this.#options = options;
    this.#serviceName = watched.metrics.serviceName;
    const none = Object.values(AlarmName).map((name): [AlarmName, Alarm[]] => [name, []]);
    this.#alarms = Object.fromEntries(none) as Record<AlarmName, Alarm[]>;
    this.alarms = this.#alarms;
    const failures = failuresOf(watched);
    this.#addAlarms(makeAlarms(this, failures, options));
    const { dashboard, addFunction } = makeDashboard(this, watched, failures, this.#allAlarms);
    this.dashboard = dashboard;
    this.#addToDashboard = addFunction;
    this.connectionGauge = new ConnectionGauge(this, 'Gauge', table);
  }

  /**
   * Lets a function write metrics, and adds it to the alarms and the dashboard. Some functions are made later, by a
   * grant.
   *
   * @internal
   */
  watchFunction(watched: WatchedFunction): void {
    watched.fn.addEnvironment(EnvironmentVariable.metricsService, this.#serviceName);
    this.#addAlarms(makeFunctionAlarms(this, watched, this.#options));
    this.#addToDashboard(watched);
  }

  #addAlarms(named: readonly NamedAlarm[]): void {
    for (const [name, alarm] of named) {
      this.#alarms[name].push(alarm);
      this.#allAlarms.push(alarm);
    }
  }
}
