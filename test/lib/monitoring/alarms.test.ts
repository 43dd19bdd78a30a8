import { describe, expect, test } from 'vitest';
import { AlarmName } from '../../../lib/monitoring/alarm-name.ts';
import { Alarms } from '../../support/alarms/alarms.ts';
import { MetricData, minutes } from '../../support/alarms/metric-data.ts';
import { deployedTemplate } from '../../support/templates.ts';

const now = Date.UTC(2026, 0, 31, 12);
const alarms = new Alarms(
  deployedTemplate({
    monitoring: 'true',
    text: 'true',
    presence: 'true',
    presenceQueue: 'true',
    presenceWebhook: 'https://shop.example/presence',
  }).toJSON(),
);

/** Puts a value of a metric in each of these minutes, counted back from now: 0 is the one that has just ended. */
type Put = (metric: string, minutes: readonly number[], value: number) => void;

type Case = readonly [what: string, put: (put: Put) => void];

/** What must ring an alarm, and what must not. */
type Cases = { rings: readonly Case[]; isSilent: readonly Case[] };

const quarter = minutes(0, 15);
const hour = minutes(0, 60);

const onceOrTwice: Cases = {
  rings: [['in two of three periods', (put) => put('*', [1, 7], 1)]],
  isSilent: [
    ['in one period', (put) => put('*', minutes(0, 5), 1)],
    ['of old', (put) => put('*', minutes(30, 60), 1)],
  ],
};

const deadLetters: Cases = {
  rings: [['one', (put) => put('*', minutes(0, 5), 1)]],
  isSilent: [['none', (put) => put('*', quarter, 0)]],
};

/** Of what waits for so many seconds. */
function laterThan(seconds: number): Cases {
  return {
    rings: [['in two of three periods', (put) => put('*', [1, 7], seconds)]],
    isSilent: [
      ['a second less', (put) => put('*', quarter, seconds - 1)],
      ['in one period', (put) => put('*', minutes(0, 5), seconds)],
    ],
  };
}

const cases: Readonly<Record<string, Cases>> = {
  Unavailable: onceOrTwice,
  UnavailableHour: {
    rings: [
      [
        'the only push of the hour',
        (put) => {
          put('PushLatency', [30], 40);
          put('PushesUnavailable', [30], 1);
        },
      ],
      [
        'every push, one in twenty minutes',
        (put) => {
          put('PushLatency', [10, 30, 50], 40);
          put('PushesUnavailable', [10, 30, 50], 1);
        },
      ],
    ],
    isSilent: [
      [
        'one push of several',
        (put) => {
          put('PushLatency', hour, 40);
          put('PushesUnavailable', [30], 1);
        },
      ],
      [
        'a few of very many',
        (put) => {
          for (let n = 0; n < 10; n++) put('PushLatency', hour, 40);
          put('PushesUnavailable', [3, 30, 50], 1);
        },
      ],
    ],
  },
  FailedPosts: {
    rings: [
      [
        'two of a hundred, lasting',
        (put) => {
          put('PushesDelivered', quarter, 98);
          put('PushesFailed', quarter, 2);
        },
      ],
    ],
    isSilent: [
      [
        'few of very many',
        (put) => {
          put('PushesDelivered', quarter, 9_990);
          put('PushesFailed', quarter, 10);
        },
      ],
      [
        'for five minutes',
        (put) => {
          put('PushesDelivered', minutes(5, 15), 100);
          put('PushesDelivered', minutes(0, 5), 0);
          put('PushesFailed', minutes(5, 15), 0);
          put('PushesFailed', minutes(0, 5), 100);
        },
      ],
      [
        'one of two, again and again',
        (put) => {
          put('PushesDelivered', [2, 7, 12], 1);
          put('PushesFailed', [2, 7, 12], 1);
        },
      ],
    ],
  },
  FailedPostsHour: {
    rings: [
      [
        'every post of a service with one push in five minutes',
        (put) => {
          put('PushesDelivered', minutes(0, 60, 5), 0);
          put('PushesFailed', minutes(0, 60, 5), 1);
        },
      ],
      [
        'the only post of the hour',
        (put) => {
          put('PushesDelivered', [40], 0);
          put('PushesFailed', [40], 1);
        },
      ],
      [
        'two of sixty',
        (put) => {
          put('PushesDelivered', hour, 1);
          put('PushesFailed', hour, 0);
          put('PushesFailed', [3, 44], 1);
        },
      ],
      [
        'a burst that came at once',
        (put) => {
          put('PushesDelivered', [20], 0);
          put('PushesFailed', [20], 5_000);
        },
      ],
    ],
    isSilent: [
      [
        'one of a few: a slow reader',
        (put) => {
          put('PushesDelivered', [5, 10, 30], 1);
          put('PushesFailed', [5, 30], 0);
          put('PushesFailed', [10], 1);
        },
      ],
      [
        'few of very many',
        (put) => {
          put('PushesDelivered', hour, 1_000);
          put('PushesFailed', hour, 1);
        },
      ],
      [
        'no post at all',
        (put) => {
          put('PushesDelivered', [3], 0);
          put('PushesFailed', [3], 0);
        },
      ],
    ],
  },
  SlowPushes: {
    rings: [
      [
        'one of fifty, for a quarter of an hour',
        (put) => {
          for (let n = 0; n < 49; n++) put('PushLatency', quarter, 30);
          put('PushLatency', quarter, 5_000);
        },
      ],
    ],
    isSilent: [
      [
        'for ten minutes',
        (put) => {
          put('PushLatency', minutes(10, 15), 30);
          put('PushLatency', minutes(0, 10), 5_000);
        },
      ],
      [
        'one of a thousand',
        (put) => {
          for (let n = 0; n < 200; n++) put('PushLatency', quarter, 30);
          put('PushLatency', [2, 7, 12], 5_000);
        },
      ],
    ],
  },
  ErrorsAnswered: onceOrTwice,
  GatewayErrorsIntegration: {
    rings: [
      [
        'of functions, one a minute',
        (put) => {
          put('IntegrationError', quarter, 1);
          put('ConnectRefusals', minutes(0, 25, 5), 0);
        },
      ],
      [
        'of functions, beside refused origins',
        (put) => {
          put('IntegrationError', quarter, 20);
          put('ConnectRefusals', quarter, 10);
        },
      ],
    ],
    isSilent: [
      [
        'refused origins, few',
        (put) => {
          put('IntegrationError', quarter, 10);
          put('ConnectRefusals', quarter, 10);
        },
      ],
      [
        'a flood of them, counted by two clocks',
        (put) => {
          put('IntegrationError', quarter, 30_000);
          put('ConnectRefusals', quarter, 29_500);
        },
      ],
      [
        'a flood whose last minute only API Gateway has counted',
        (put) => {
          put('IntegrationError', quarter, 30_000);
          put('ConnectRefusals', minutes(1, 15), 30_000);
        },
      ],
      [
        'two in an hour',
        (put) => {
          put('IntegrationError', [2, 8], 1);
          put('ConnectRefusals', minutes(0, 60, 5), 0);
        },
      ],
    ],
  },
  GatewayErrorsExecution: {
    rings: [['one a minute', (put) => put('ExecutionError', quarter, 1)]],
    isSilent: [['two in five minutes', (put) => put('ExecutionError', [1, 2, 6, 7], 1)]],
  },
  GatewayThrottles: {
    rings: [['a storm of connects', (put) => put('ClientError', minutes(0, 10), 4_000)]],
    isSilent: [
      ['a program that looks for open servers', (put) => put('ClientError', quarter, 2)],
      ['a storm that is over within minutes', (put) => put('ClientError', [1, 2, 3], 4_000)],
    ],
  },
  ...Object.fromEntries(
    ['ConnectionsReads', 'ConnectionsWrites', 'MessagesReads', 'MessagesWrites'].map((part) => [
      `TableThrottles${part}`,
      onceOrTwice,
    ]),
  ),
  CanaryFastLong: {
    rings: [['five of sixty', (put) => put('*', [1, 2, 3, 50, 55], 1)]],
    isSilent: [['four', (put) => put('*', [1, 2, 3, 50], 1)]],
  },
  CanaryFastShort: {
    rings: [['one in five minutes', (put) => put('*', [4], 1)]],
    isSilent: [
      [
        'one before',
        (put) => {
          put('*', minutes(0, 5), 0);
          put('*', [5], 1);
        },
      ],
    ],
  },
  CanarySlowLong: {
    rings: [['eleven in six hours', (put) => put('*', minutes(0, 330, 30), 1)]],
    isSilent: [['ten', (put) => put('*', minutes(0, 300, 30), 1)]],
  },
  CanarySlowShort: {
    rings: [['one in half an hour', (put) => put('*', [29], 1)]],
    isSilent: [
      [
        'one before',
        (put) => {
          put('*', minutes(0, 30), 0);
          put('*', [30], 1);
        },
      ],
    ],
  },
  CanaryMissing: {
    rings: [
      ['it has never run', () => {}],
      ['it has not run for a quarter of an hour, nor before', (put) => put('*', [26], 0)],
    ],
    isSilent: [
      ['it runs, and fails', (put) => put('*', quarter, 1)],
      ['it has missed five minutes', (put) => put('*', minutes(5, 15), 0)],
    ],
  },
  DeadLetters: deadLetters,
  ...Object.fromEntries(['Presence', 'Webhook'].map((part) => [`DeadLetters${part}`, deadLetters])),
  // Two minutes, and the grace of fifteen seconds.
  ...Object.fromEntries(['Looks', 'Settles'].map((part) => [`PresenceLag${part}`, laterThan(135)])),
  ...Object.fromEntries(['Events', 'Webhook'].map((part) => [`PresenceLag${part}`, laterThan(900)])),
  TextTasksUnhealthy: {
    rings: [['for ten minutes', (put) => put('*', minutes(0, 10), 1)]],
    isSilent: [
      [
        'while one is replaced',
        (put) => {
          put('*', minutes(5, 10), 0);
          put('*', minutes(0, 5), 1);
        },
      ],
    ],
  },
  TextTasksMissing: {
    rings: [
      ['none is healthy', (put) => put('*', minutes(0, 5), 0)],
      ['nothing is counted', () => {}],
    ],
    isSilent: [['one of two is', (put) => put('*', quarter, 1)]],
  },
};

/** Of each function, alike. */
function casesOf(name: string): Cases | undefined {
  return cases[name] ?? (/^(Errors|Throttles)[A-Z]/.test(name) ? onceOrTwice : undefined);
}

/** The data of one alarm's metrics; `*` is the only one that it has. */
function dataOf(name: string, putAll: (put: Put) => void): MetricData {
  const data = new MetricData();
  const { statistics } = alarms.metricAlarms.get(name)!;
  putAll((metric, ago, value) => {
    const found = statistics.filter((statistic) => metric === '*' || statistic.name === metric);
    expect(found).toHaveLength(1);
    for (const minute of ago) data.add({ ...found[0]!, value, time: now - (minute + 1) * 60_000 });
  });
  return data;
}

test('every alarm is tried, and no other', () => {
  const metricAlarms = [...alarms.metricAlarms.keys()];
  expect(metricAlarms.filter((name) => casesOf(name) === undefined)).toEqual([]);
  expect(Object.keys(cases).filter((name) => !alarms.metricAlarms.has(name))).toEqual([]);
  for (const entry of Object.values(AlarmName)) {
    expect(alarms.names.filter((name) => name.startsWith(entry)).length).toBeGreaterThan(0);
  }
});

describe.each([...alarms.metricAlarms.keys()].filter(casesOf))('%s', (name) => {
  const { rings, isSilent } = casesOf(name)!;

  test.each(rings)('rings: %s', (_, put) => {
    expect(alarms.metricAlarms.get(name)!.isRinging(dataOf(name, put), now)).toBe(true);
  });

  test.each(isSilent)('is silent: %s', (_, put) => {
    expect(alarms.metricAlarms.get(name)!.isRinging(dataOf(name, put), now)).toBe(false);
  });
});

test('at night, when nothing happens, only what must always be there is missed', () => {
  expect(alarms.ringing(new MetricData(), now)).toEqual(['CanaryMissing', 'TextTasksMissing']);
});
