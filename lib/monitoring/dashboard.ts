import { Duration } from 'aws-cdk-lib';
import {
  AlarmStatusWidget,
  Dashboard,
  GraphWidget,
  type IAlarm,
  type IMetric,
  MathExpression,
  type MetricOptions,
  TextWidget,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import { METRIC_NAMESPACE, MetricDimension, MetricName } from '../../lambda/names.ts';
import type { ServiceMetrics } from '../metrics.ts';
import { type Failures, functionFailuresOf } from './failures.ts';
import type { Watched, WatchedFunction } from './watched.ts';

type Graph = { title: string; metrics: IMetric[] };

/** CloudWatch's own grid has this many columns. */
const wholeWidth = 24;

const sum: MetricOptions = { statistic: 'Sum' };

/** Graphs, by their titles, that each function is added to. */
const FunctionGraph = {
  invocations: 'The push functions',
  duration: 'Their duration',
  errors: 'Errors of functions',
  throttles: 'Throttles of functions',
} as const;

export type ServiceDashboard = {
  dashboard: Dashboard;
  addFunction(watched: WatchedFunction): void;
};

/**
 * Graphs for a person on call, the most telling first. Alarms that are added to `alarms` until synthesis are shown
 * too.
 */
export function makeDashboard(
  scope: Construct,
  watched: Watched,
  failures: Failures,
  alarms: IAlarm[],
): ServiceDashboard {
  const dashboard = new Dashboard(scope, 'Dashboard', { defaultInterval: Duration.hours(3) });
  const widgets = new Map<string, GraphWidget>();
  const addRow = (graphs: readonly Graph[]) => {
    const row = graphs.map((graph): [string, GraphWidget] => [
      graph.title,
      graphWidget(graph, wholeWidth / graphs.length),
    ]);
    for (const [title, widget] of row) widgets.set(title, widget);
    dashboard.addWidgets(...row.map(([, widget]) => widget));
  };

  dashboard.addWidgets(new AlarmStatusWidget({ title: 'Alarms', alarms, width: wholeWidth, height: 3 }));
  addRow(firstLook(watched, failures));
  for (const [title, graphs] of Object.entries(sections(watched, failures))) {
    dashboard.addWidgets(new TextWidget({ markdown: `## ${title}`, width: wholeWidth, height: 1 }));
    addRow(graphs);
  }
  return {
    dashboard,
    addFunction({ fn, takesPushes }) {
      const add = (title: string, metric: IMetric) => widgets.get(title)?.addLeftMetric(metric);
      const { errors, throttles } = functionFailuresOf(fn);
      add(FunctionGraph.errors, errors);
      add(FunctionGraph.throttles, throttles);
      if (!takesPushes) return;
      add(FunctionGraph.invocations, fn.metricInvocations());
      add(FunctionGraph.invocations, fn.metric('ConcurrentExecutions', { statistic: 'Maximum' }));
      for (const statistic of ['p50', 'p99']) add(FunctionGraph.duration, fn.metricDuration({ statistic }));
    },
  };
}

function graphWidget({ title, metrics }: Graph, width: number): GraphWidget {
  return new GraphWidget({ title, left: metrics, width, height: 6, leftYAxis: { min: 0, showUnits: false } });
}

function firstLook({ metrics }: Watched, { failedPercent }: Failures): Graph[] {
  const latencies = ['p50', 'p95', 'p99'].map((statistic) => metrics.metricPushLatency({ statistic }));
  return [
    {
      title: 'Posts',
      metrics: [metrics.metricPushesDelivered(), metrics.metricPushesGone(), metrics.metricPushesFailed()],
    },
    {
      title: 'Not done',
      metrics: [metrics.metricPushesUnavailable(), metrics.metricInternalErrors(), failedPercent],
    },
    { title: 'Push latency', metrics: [...latencies, metrics.metricCanaryLatency({ statistic: 'p50' })] },
    { title: 'Open connections', metrics: [metrics.metricOpenConnections()] },
  ];
}

function sections(watched: Watched, failures: Failures): Record<string, Graph[]> {
  return {
    Browsers: browsers(watched, failures),
    Pushes: pushes(watched),
    Broadcasts: broadcasts(watched, failures),
    ...(failures.presenceLag && { Presence: presence(failures) }),
    ...(watched.text && { 'Text endpoint': textEndpoint(watched.text) }),
    'What it stands on': foundations(watched, failures),
  };
}

function browsers({ metrics, stage }: Watched, { gatewayErrors, gatewayThrottles }: Failures): Graph[] {
  return [
    {
      title: 'Sockets',
      metrics: [
        stage.metric('ConnectCount', sum),
        metrics.metricRegistrations(),
        metrics.metricDisconnections(),
        metrics.metricConnectRefusals(),
      ],
    },
    { title: 'Token refusals, by code', metrics: [tokenRefusalsByCode(metrics)] },
    { title: 'Gateway errors', metrics: [...Object.values(gatewayErrors), gatewayThrottles] },
  ];
}

function pushes({ metrics }: Watched): Graph[] {
  return [
    {
      title: 'To nobody online, and of the canary that failed',
      metrics: [metrics.metricPushesOffline(), metrics.metricCanaryFailures()],
    },
    { title: FunctionGraph.invocations, metrics: [] },
    { title: FunctionGraph.duration, metrics: [] },
  ];
}

function broadcasts({ metrics, broadcast }: Watched, { deadLetters }: Failures): Graph[] {
  return [
    {
      title: 'Posts',
      metrics: [
        metrics.metricBroadcastDelivered(),
        metrics.metricBroadcastGone(),
        metrics.metricBroadcastFailed(),
      ],
    },
    {
      title: 'Tasks waiting',
      metrics: [
        broadcast.queue.metricApproximateNumberOfMessagesVisible(),
        broadcast.queue.metricApproximateAgeOfOldestMessage(),
      ],
    },
    { title: 'Dead letters', metrics: [deadLetters] },
  ];
}

function presence({ presenceLag, presenceDeadLetters }: Failures): Graph[] {
  const waits = { ...presenceLag?.uids, ...presenceLag?.events };
  return [
    { title: 'Seconds that the oldest waits', metrics: Object.values(waits) },
    { title: 'Dead letters of presence', metrics: Object.values(presenceDeadLetters) },
  ];
}

function textEndpoint({ balancer, service }: NonNullable<Watched['text']>): Graph[] {
  const { targetGroup, balancer: network } = balancer;
  return [
    {
      title: 'Tasks',
      metrics: [targetGroup.metrics.healthyHostCount(), targetGroup.metrics.unHealthyHostCount()],
    },
    { title: 'Connections', metrics: [network.metrics.activeFlowCount(), network.metrics.newFlowCount()] },
    {
      title: 'CPU and memory, percent',
      metrics: [service.service.metricCpuUtilization(), service.service.metricMemoryUtilization()],
    },
  ];
}

function foundations({ tables }: Watched, { internalErrors, tableThrottles }: Failures): Graph[] {
  return [
    { title: FunctionGraph.errors, metrics: [internalErrors] },
    { title: FunctionGraph.throttles, metrics: [] },
    { title: 'Throttled requests to tables', metrics: Object.values(tableThrottles) },
    {
      title: 'Table capacity',
      metrics: Object.values(tables).flatMap((table) => [
        table.metricConsumedReadCapacityUnits(),
        table.metricConsumedWriteCapacityUnits(),
      ]),
    },
  ];
}

/**
 * Codes are not known before they come, so they are searched for.
 * Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/search-expression-syntax.html
 */
function tokenRefusalsByCode({ serviceName }: ServiceMetrics): MathExpression {
  const { service, code } = MetricDimension;
  const schema = `{${METRIC_NAMESPACE},${service},${code}}`;
  return new MathExpression({
    label: '',
    period: Duration.minutes(5),
    expression: `SEARCH('${schema} MetricName="${MetricName.tokenRefusals}" ${service}="${serviceName}"', 'Sum')`,
  });
}
