import type { AlarmBase, Dashboard } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { EnvironmentVariable } from '../../lambda/names.ts';
import type { ConnectionTable } from '../connection-table.ts';
import { AlarmName } from './alarm-name.ts';
import { makeAlarms, makeCanaryAlarms, makeFunctionAlarms, type NamedAlarm } from './alarms.ts';
import { Canary, type CanaryProps } from './canary.ts';
import { ConnectionGauge } from './connection-gauge.ts';
import { makeDashboard, type ServiceDashboard } from './dashboard.ts';
import { failuresOf } from './failures.ts';
import type { MonitoringOptions } from './monitoring-options.ts';
import type { Watched, WatchedFunction } from './watched.ts';

export type MonitoringProps = MonitoringOptions & {
  readonly watched: Watched;
  readonly table: ConnectionTable;
  /** Endpoints and credentials of the canary. */
  readonly used: CanaryProps;
};

/** Metrics that AWS lacks, alarms on them and on AWS's own, and a dashboard of both. Made by `UidPush`. */
export class Monitoring extends Construct {
  /** The dashboard, the most important first. */
  readonly dashboard: Dashboard;
  /** The alarms by name; several where a metric is that of several parts. */
  readonly alarms: Readonly<Record<AlarmName, readonly AlarmBase[]>>;
  /** @internal */
  readonly connectionGauge: ConnectionGauge;
  /** @internal Absent with `canary: false`. */
  readonly canary: Canary | undefined;
  readonly #options: MonitoringOptions;
  readonly #serviceName: string;
  readonly #alarms: Record<AlarmName, AlarmBase[]>;
  readonly #allAlarms: AlarmBase[] = [];
  readonly #addToDashboard: ServiceDashboard['addFunction'];

  /** @internal */
  constructor(scope: Construct, id: string, { watched, table, used, ...options }: MonitoringProps) {
    super(scope, id);
    this.#options = options;
    this.#serviceName = watched.metrics.serviceName;
    const none = Object.values(AlarmName).map((name): [AlarmName, AlarmBase[]] => [name, []]);
    this.#alarms = Object.fromEntries(none) as Record<AlarmName, AlarmBase[]>;
    this.alarms = this.#alarms;
    const failures = failuresOf(watched);
    this.#addAlarms(makeAlarms(this, failures, options));
    if (options.canary ?? true) {
      this.canary = new Canary(this, 'Canary', used);
      this.#addAlarms(makeCanaryAlarms(this, watched.metrics, failures, options));
    }
    const { dashboard, addFunction } = makeDashboard(this, watched, failures, this.#allAlarms);
    this.dashboard = dashboard;
    this.#addToDashboard = addFunction;
    this.connectionGauge = new ConnectionGauge(this, 'Gauge', table);
  }

  /** @internal The functions that monitoring itself has. */
  get functions(): WatchedFunction[] {
    const { connectionGauge, canary } = this;
    return [
      { name: 'Counter', fn: connectionGauge.counter, takesPushes: false },
      ...(canary ? [{ name: 'Canary', fn: canary.function, takesPushes: false }] : []),
    ];
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
