/** All that is promised about speed and size, each with its reason. `npm run bench` measures the first ones, `test/budgets/` counts the others. */

export type Budget = {
  what: string;
  bound: 'at most' | 'at least';
  limit: number;
  unit: string;
  reason: string;
};

/** What depends on the clock: only the bench holds it, on a machine that has nothing else to do. */
export const measuredBudgets = {
  loadTime: {
    what: 'time to load, of that on the AWS SDK by CDK’s defaults',
    bound: 'at most',
    limit: 0.5,
    unit: '',
    reason:
      'Loading is what a cold start waits for beside AWS itself. Without the SDK there is less than half to load.',
  },
  callsPerPush: {
    what: 'AWS calls of a push beyond one and its connections',
    bound: 'at most',
    limit: 0,
    unit: '',
    reason:
      'Each call is money and milliseconds. One finds the connections; each connection is posted to once.',
  },
  cpuPerPush: {
    what: 'CPU of a push, of that of its requests by hand',
    bound: 'at most',
    limit: 3,
    unit: 'times',
    reason:
      'What routing, reading and retrying cost must not come to more than twice what AWS makes everybody pay.',
  },
  fanOut: {
    what: 'speed of fan-out, of the ideal of its concurrency',
    bound: 'at least',
    limit: 0.8,
    unit: '',
    reason: 'More concurrency that the function cannot use would be a promise only on paper.',
  },
  lineToBrowser: {
    what: 'median from line to browser, local stack',
    bound: 'at most',
    limit: 4,
    unit: 'ms',
    reason: 'Whoever tries it on a laptop should see it at once, and tests that push should not wait.',
  },
  pushesPerSecond: {
    what: 'pushes, local stack',
    bound: 'at least',
    limit: 1_000,
    unit: 'per second',
    reason: 'A team can load-test its own backend against the local stack.',
  },
} as const satisfies Record<string, Budget>;
export type MeasuredBudget = keyof typeof measuredBudgets;
