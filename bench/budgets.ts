import type { FunctionSource } from '../lib/function-source.ts';

/**
 * All that is promised about speed and size, each with its reason. `npm run bench` measures the first ones,
 * `test/budgets/` counts the others.
 */

export type Budget = {
  what: string;
  bound: 'at most' | 'at least';
  limit: number;
  unit: string;
  reason: string;
};

/** Budgets that depend on the clock: only the bench holds them, on a machine that has nothing else to do. */
export const measuredBudgets = {
  loadTime: {
    what: 'time to load, of that on the AWS SDK by CDK’s defaults',
    bound: 'at most',
    limit: 0.5,
    unit: '',
    reason:
      'Loading is what a cold start waits for beside AWS itself. Bundled, and without what is not needed at the start, the SDK is less than half to load.',
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
    what: 'CPU of a push, of that on the AWS SDK by CDK’s defaults',
    bound: 'at most',
    limit: 0.85,
    unit: '',
    reason: 'Lambda is paid by its time. Settings of the SDK that everybody may use save at least a seventh.',
  },
  cpuPerPost: {
    what: 'CPU of a post at a fan-out of 100, of that on the AWS SDK by CDK’s defaults',
    bound: 'at most',
    limit: 0.6,
    unit: '',
    reason: 'Posts are what a push to many consists of, and CPU is what bounds it.',
  },
  fanOut: {
    what: 'speed of fan-out, of the ideal of its concurrency',
    bound: 'at least',
    limit: 0.8,
    unit: '',
    reason: 'More concurrency that the function cannot use would be a promise only on paper.',
  },
  fanOutByCpu: {
    what: 'speed of fan-out, of the ideal of its concurrency',
    bound: 'at least',
    limit: 0.55,
    unit: '',
    reason: 'Posts to a hundred connections at once, or to more, take all of a CPU; 0.8 is the aim.',
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

/** Budgets that don't depend on the clock: `npm test` holds them. */

/**
 * Most bytes of the functions' bundles that are loaded at the start: each is read, parsed and compiled at a cold start.
 * All but 90 kB are the AWS SDK, whose next version may be a little larger. Groups are 7 kB of each that registers or
 * forgets connections, whether a deployment has them or not, 16 kB of push, whose routes they are, and
 * 3 kB of push-only, which has one of them. Watching is 4 kB of each that forgets connections, 7 kB of register, and
 * with its posts 17 kB of presence-worker. That the retries of a post are a class, to which one goes by its import, is
 * 600 bytes of each that posts.
 */
export const bundleBytes: Record<FunctionSource, number> = {
  // Names of all functions' variables are in it. No SDK: what proves CloudFront is loaded where that is required.
  connect: 5_700,
  register: 339_000,
  disconnect: 269_500,
  push: 372_000,
  'push-only': 342_000,
  'disconnect-only': 317_500,
  // It stores messages, too, for multicasts.
  // Of what failed it finds out whether it is still to be repeated.
  'broadcast-worker': 314_500,
  'presence-worker': 320_000,
  'presence-sweep': 260_000,
  'webhook-worker': 290_000,
  'connection-counter': 245_000,
  // Both clients, and no SDK: the secrets' is loaded when there is one. In the browser's, 3 kB join groups, 2 watch.
  canary: 96_500,
};

/**
 * Most source modules of each bundle that are loaded at the start, those of packages included: some 370 are the AWS
 * SDK's. A package that brings a dozen of its own is a cost that its one import doesn't show.
 */
export const bundledModules: Record<FunctionSource, number> = {
  connect: 11,
  register: 489,
  disconnect: 412,
  push: 505,
  'push-only': 476,
  'disconnect-only': 454,
  'broadcast-worker': 462,
  'presence-worker': 470,
  'presence-sweep': 420,
  'webhook-worker': 450,
  'connection-counter': 400,
  canary: 104,
};

/**
 * Most modules of the project itself in the bundle of the push function, and in its longest chain of imports: what a
 * reader of a push may have to open, and how deep. A multicast is the deepest: it pushes to uids, at once or later.
 * Groups are 12 of them, five of which every table of connections needs: their rows follow its. So do two of watching.
 */
export const pushModules = { all: 112, inAChain: 12 };

/**
 * The modules of Node that functions may load when they start. One can weigh more than a whole bundle: `https`, which
 * every call of AWS needs, weighs most. From `async_hooks` on they are what the AWS SDK loads by itself.
 */
export const startUpModules: readonly string[] = [
  'crypto',
  'http',
  'https',
  'module',
  'timers/promises',
  // The webhook's, which connects to no address that is not public.
  'dns',
  'net',
  // The push client's, of which the canary makes use.
  'util',
  'util/types',
  'async_hooks',
  'fs',
  'fs/promises',
  'os',
  'path',
  'process',
  'stream',
  'zlib',
];

/**
 * Most resources of the template, with the defaults and with all that can be switched on. CloudFormation takes 500 in a
 * stack, the app that uses the construct has its own, and each is a thing to understand and to have fail.
 * Presence with all of its targets is 45 of them, most of them permissions, logs and alarms of its three functions.
 * Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
 */
export const templateResources = { defaults: 82, everything: 235 };

/**
 * Most bytes that a page loads, minified and compressed. A quarter of it puts stored messages in order and remembers
 * which were shown, an eighth checks options and credentials, and as much lets messages wait for handlers: a fault
 * there makes a page deaf without a sign. A fifteenth gives its tab a name and remembers what it has shown, and a
 * hundredth forgets that after a year; a thirtieth keeps a network that comes and goes from opening a socket each time.
 * An eighth keeps the page in its groups over all its connections, where frames overtake each other and answers get
 * lost; a fourteenth keeps it watching users, whom it shows in order; 40 bytes wait for as long as the service says
 * where a user's pages change too often whom they watch.
 */
export const browserClientBytes = 9_740;
