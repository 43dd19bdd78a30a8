import { Duration } from 'aws-cdk-lib';
import {
  type Alarm,
  AlarmStatusWidget,
  Dashboard,
  GraphWidget,
  type IMetric,
  MathExpression,
  type MetricOptions,
  TextWidget,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import { METRIC_NAMESPACE, MetricDimension, MetricName } from '../../lambda/names.ts';
import type { ServiceMetrics } from '../metrics.ts';
import type { Failures } from './failures.ts';
import type { Watched } from './watched.ts';

type Graph = { title: string; metrics: IMetric[] };

/** CloudWatch's own grid has this many columns. */
const wholeWidth = 24;

const sum: MetricOptions = { statistic: 'Sum' };

/** What a person on call looks at, the most telling first. */
export function makeDashboard(
  scope: Construct,
  watched: Watched,
  failures: Failures,
  alarms: readonly Alarm[],
): Dashboard {
  const dashboard = new Dashboard(scope, 'Dashboard', { defaultInterval: Duration.hours(3) });
  dashboard.addWidgets(
    new AlarmStatusWidget({ title: 'Alarms', alarms: [...alarms], width: wholeWidth, height: 3 }),
  );
  addRow(dashboard, firstLook(watched, failures));
  for (const [title, graphs] of Object.entries(sections(watched, failures))) {
    dashboard.addWidgets(new TextWidget({ markdown: `## ${title}`, width: wholeWidth, height: 1 }));
    addRow(dashboard, graphs);
  }
  return dashboard;
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
    { title: 'Push latency', metrics: latencies },
    { title: 'Open connections', metrics: [metrics.metricOpenConnections()] },
  ];
}

function sections(watched: Watched, failures: Failures): Record<string, Graph[]> {
  return {
    Browsers: browsers(watched, failures),
    Pushes: pushes(watched),
    Broadcasts: broadcasts(watched, failures),
    ...(watched.text && { 'Text endpoint': textEndpoint(watched.text) }),
    'What it stands on': foundations(watched, failures),
  };
}

function browsers({ metrics, stage }: Watched, { gatewayErrors }: Failures): Graph[] {
  return [
    {
      title: 'Sockets',
      metrics: [
        stage.metric('ConnectCount', sum),
        metrics.metricRegistrations(),
        metrics.metricDisconnections(),
      ],
    },
    { title: 'Token refusals, by code', metrics: [tokenRefusalsByCode(metrics)] },
    { title: 'Gateway errors', metrics: [...Object.values(gatewayErrors), stage.metric('ClientError', sum)] },
  ];
}

function pushes({ metrics, pushFunction }: Watched): Graph[] {
  const concurrency = pushFunction.metric('ConcurrentExecutions', { statistic: 'Maximum' });
  return [
    { title: 'To nobody online', metrics: [metrics.metricPushesOffline()] },
    { title: 'The push function', metrics: [pushFunction.metricInvocations(), concurrency] },
    {
      title: 'Its duration',
      metrics: ['p50', 'p99'].map((statistic) => pushFunction.metricDuration({ statistic })),
    },
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

function foundations({ tables }: Watched, { errors, throttles, tableThrottles }: Failures): Graph[] {
  return [
    { title: 'Errors of functions', metrics: Object.values(errors) },
    { title: 'Throttles of functions', metrics: Object.values(throttles) },
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

function addRow(dashboard: Dashboard, graphs: readonly Graph[]): void {
  const width = wholeWidth / graphs.length;
  const widgets = graphs.map(
    ({ title, metrics }) =>
      new GraphWidget({ title, left: metrics, width, height: 6, leftYAxis: { min: 0, showUnits: false } }),
  );
  dashboard.addWidgets(...widgets);
}
