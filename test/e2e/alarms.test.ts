import { afterEach, beforeAll, expect, test } from 'vitest';
import { AlarmName } from '../../lib/monitoring/alarm-name.ts';
import type { FunctionFault, FunctionFaults } from '../../local/functions/function-faults.ts';
import type { TableFaults } from '../../local/table/table-faults.ts';
import { resolve } from '../../local/template/intrinsics.ts';
import { referencesOf } from '../../local/template/references.ts';
import { readDocument } from '../docs/document.ts';
import { Alarms, namesIn } from '../support/alarms/alarms.ts';
import { MetricData } from '../support/alarms/metric-data.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { patience } from '../support/patience.ts';
import { PresenceEvents } from '../support/presence-events.ts';
import { QueueingClient } from '../support/queueing-client.ts';
import { deployedTemplate } from '../support/templates.ts';
import { runStack } from './running-stack.ts';

const origin = 'https://app.example';
const context = {
  monitoring: 'true',
  allowedOrigins: origin,
  // More than this machine takes, whatever else it does.
  slowPushMs: '60000',
  identity: 'claimed',
  text: 'true',
  presence: 'true',
  presenceQueue: 'true',
};

const scheduleClock = new FakeClock();
const queueClock = new FakeClock();
const tableFaults: TableFaults = {};
const functionFaults: FunctionFaults = {};
let data = new MetricData();
let canaryRuns = 0;
/** Runs that have said how they ended. Their lines come after the run itself. */
let canaryReports = 0;
let looks = 0;
/** Errors, to say with what rings. */
const logged: string[] = [];
/** As how many times as long a push counts: seconds stand for minutes where they are the cause. */
let latencyScale = 1;

const stack = runStack({
  context,
  scheduleClock,
  queueClock,
  tableFaults,
  functionFaults,
  maxTextRestarts: 0,
  onMetric: (metric) => {
    const value = metric.name === 'PushLatency' ? metric.value * latencyScale : metric.value;
    data.add({ ...metric, value, time: scheduleClock.now() });
    if (metric.name === 'CanaryFailures') canaryReports++;
  },
  onLog: (_, line) => {
    if (line.includes('"error"')) logged.push(line);
  },
  onActivity: ({ kind, functionId }) => {
    if (kind !== 'invocation') return;
    if (functionId.includes('Canary')) canaryRuns++;
    if (functionId.includes('PresenceWorker')) looks++;
  },
});

let alarms: Alarms;
beforeAll(() => {
  const template = deployedTemplate(context).toJSON();
  const references = referencesOf('uidpush', template as Parameters<typeof referencesOf>[1]);
  alarms = new Alarms(template, (value) => {
    try {
      return String(resolve(value, references, 'an alarm'));
    } catch {
      // Of the balancer nothing runs here but its task.
      return namesIn(value);
    }
  });
});

afterEach(() => {
  latencyScale = 1;
  delete tableFaults.request;
  delete functionFaults.invoke;
  for (const name of ['post', 'throttles'] as const) delete stack.faults[name];
});

/** What goes on ringing: nothing here starts another text task, or takes dead letters away. */
const lasting = new Set<string>();

const periodMinutes = 5;
const periods = 3;

/** Brings the cause about in each of three periods, in which the canary runs each minute. Returns what rings then. */
async function ringingWhile(cause: () => unknown): Promise<string[]> {
  data = new MetricData();
  await takeEvents();
  for (let period = 0; period < periods; period++) {
    await cause();
    const runs = canaryRuns + periodMinutes;
    const isCanaryCrashing = functionFaults.invoke?.('UidPushMonitoringCanary') === 'crash';
    const reports = canaryReports + (isCanaryCrashing ? 0 : periodMinutes);
    scheduleClock.advance(periodMinutes * 60_000);
    await expect.poll(() => canaryRuns, patience).toBe(runs);
    await expect.poll(() => canaryReports, patience).toBe(reports);
    countTextTask();
  }
  const names = alarms.ringing(data, Math.ceil((scheduleClock.now() + 1) / 60_000) * 60_000);
  const ringing = new Set(names.map(alarmNameOf));
  return [...ringing].filter((name) => !lasting.has(name)).toSorted();
}

/** Events of pages of earlier tests. */
async function takeEvents(): Promise<void> {
  const events = new PresenceEvents(stack.stack.outputs.PresenceQueueUrl!);
  while ((await events.next()) !== undefined);
}

/** What the balancer would count of the one task that runs here. */
function countTextTask(): void {
  const isRunning = stack.stack.text!.isRunning;
  for (const [name, value] of [
    ['TextTasksMissing', Number(isRunning)],
    ['TextTasksUnhealthy', Number(!isRunning)],
  ] as const) {
    const [statistic] = alarms.metricAlarms.get(name)!.statistics;
    data.add({ ...statistic!, value, time: scheduleClock.now() });
  }
}

/** The entry of the runbook that the alarm belongs to: the longest name that it begins with. */
function alarmNameOf(alarm: string): string {
  const found = Object.values(AlarmName).filter((name) => alarm.startsWith(name));
  return found.toSorted((one, other) => other.length - one.length)[0] ?? alarm;
}

const causes: Readonly<Record<string, () => unknown>> = {
  nothing: () => push('nobody'),
  'sockets of other origins are refused, again and again': () => refusedConnects(30, 'https://other.example'),
  'DynamoDB does not answer': async () => {
    const pages = await Promise.all(Array.from({ length: 3 }, () => socket()));
    tableFaults.request = () => ({ kind: 'server-error' });
    await push('u1');
    // A plain page whose registration fails gets API Gateway's error frame.
    for (const client of pages) client.send('u1');
    for (const client of pages) await client.next();
  },
  'DynamoDB refuses a part of the requests': () => {
    let isFirst = true;
    tableFaults.request = (operation) => {
      if (operation !== 'Query' || !isFirst) return undefined;
      isFirst = false;
      return { kind: 'throttle' };
    };
  },
  'posts fail': async () => {
    delete stack.faults.post;
    // It stays: its leave would be late as soon as the queues' time passes for another cause.
    await page('posts');
    stack.faults.post = () => ({ kind: 'server-error' });
    await push('posts');
  },
  'posts are slow': () => {
    latencyScale = 100;
    stack.faults.post = () => ({ kind: 'delay', milliseconds: 800 });
  },
  'the register function crashes': () => failing(/^UidPushRegister/, 'crash'),
  'Lambda runs as many functions as the account may': async () => {
    // Some calls of the others get through.
    failing(/^UidPush(Connect|Register|Push)/, 'throttle');
    await refusedConnects(3, origin);
  },
  'API Gateway may not call the connect function': () => failing(/^UidPushConnect/, 'access-denied'),
  'more connects come than the route may have': async () => {
    stack.faults.throttles = (routeKey) => routeKey === '$connect';
    await refusedConnects(25, origin);
  },
  'the canary itself crashes': () => failing(/^UidPushMonitoringCanary/, 'crash'),
  'a text task ends, and no other comes': async () => {
    if (!stack.stack.text!.isRunning) return;
    process.kill(stack.stack.text!.pid, 'SIGKILL');
    await expect.poll(() => stack.stack.text!.isRunning, patience).toBe(false);
  },
  'the worker of broadcasts crashes': async () => {
    failing(/^UidPushBroadcastWorker/, 'crash');
    await stack.request('POST', 'broadcast', { body: 'hello' });
    // Each time it has crashed, the task is visible again after the queue's timeout.
    for (let received = 0; received < 6; received++) {
      await new Promise((resolve) => setImmediate(resolve));
      queueClock.advance(60_000);
    }
  },
  'the worker of presence crashes': async () => {
    failing(/^UidPushPresenceWorker/, 'crash');
    const before = looks;
    const browser = await page(`not looked at ${before}`);
    // Each time it has crashed, the message is visible again after the queue's timeout.
    for (let received = 0; received < 6; received++) {
      await expect.poll(() => looks, patience).toBeGreaterThan(before + received);
      queueClock.advance(26_000);
    }
    await browser.close();
  },
  'nobody takes the events of presence': async () => {
    const before = looks;
    const browser = await page(`not taken ${before}`);
    await expect.poll(() => looks, patience).toBeGreaterThan(before);
    await browser.close();
    queueClock.advance(1_000_000);
  },
};

function failing(logicalIds: RegExp, fault: FunctionFault): void {
  functionFaults.invoke = (logicalId) => (logicalIds.test(logicalId) ? fault : undefined);
}

function push(uid: string): Promise<unknown> {
  return stack.request('POST', 'push', { body: JSON.stringify({ uid }) });
}

function socket(): Promise<QueueingClient> {
  return QueueingClient.connect(stack.stack.outputs.WebSocketUrl, { origin });
}

/** A page that is registered. */
async function page(uid: string): Promise<QueueingClient> {
  const client = await socket();
  client.send(JSON.stringify({ action: 'register', uid }));
  await client.next();
  return client;
}

async function refusedConnects(count: number, from: string): Promise<void> {
  const connects = Array.from({ length: count }, () =>
    QueueingClient.connect(stack.stack.outputs.WebSocketUrl, { origin: from }),
  );
  for (const { status } of await Promise.allSettled(connects)) expect(status).toBe('rejected');
}

/** The runbook's table, by cause. */
function runbookCauses(): Record<string, string[]> {
  const text = readDocument('docs/RUNBOOK.md');
  const section = text.slice(text.indexOf('### Which alarms ring together'), text.indexOf('### Unavailable'));
  const rows = Array.from(section.matchAll(/^\| (.+?) \| (.+?) \|$/gm), ([, cause = '', alarms = '']) => [
    cause,
    alarms === 'none' ? [] : alarms.split(', ').toSorted(),
  ]);
  return Object.fromEntries(rows.slice(2)) as Record<string, string[]>;
}

test('the runbook names each cause that is brought about here, and every alarm', () => {
  const named = runbookCauses();
  expect(Object.keys(named)).toEqual(Object.keys(causes));
  expect(new Set(Object.values(named).flat())).toEqual(new Set(Object.values(AlarmName)));
});

test.each(Object.entries(causes))(
  'when %s, what the runbook says rings, and no more',
  async (what, cause) => {
    logged.length = 0;
    const ringing = await ringingWhile(cause);
    if (!stack.stack.text!.isRunning) lasting.add(AlarmName.textTasks);
    if (ringing.includes(AlarmName.deadLetters)) lasting.add(AlarmName.deadLetters);
    expect(ringing, logged.join('\n')).toEqual(runbookCauses()[what]);
  },
);
