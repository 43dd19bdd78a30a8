import { markdownTable } from 'markdown-table';
import { backoff } from '../../client/browser/backoff.ts';
import { keptUntil } from '../../client/browser/kept-token.ts';
import { broadcast } from './broadcast.ts';
import { quotas } from './quotas.ts';
import type { StormResult } from './reconnect-storm.ts';
import { scaledStorm } from './scaled-storm.ts';
import { seededRandom } from './seeded-random.ts';
import { connectionsAtLimit, limitOf, type SteadyLoad, steadyLoad } from './steady-load.ts';

/** The tables that docs/SCALE.md quotes. All random numbers are of one seed, so each run yields the same. */

const seed = 2_463_534_242;
const sizes = [10_000, 100_000, 1_000_000, 10_000_000];

const nameOf: Record<keyof SteadyLoad, string> = {
  newConnections: 'new connections per second',
  pings: 'pings per second',
  checks: 'checks per second',
  requests: 'API requests per second',
  tableWrites: 'table writes per second',
  lambdasAtOnce: 'Lambdas at the same time',
};
const parts = Object.keys(nameOf) as (keyof SteadyLoad)[];

export function steadyLoadTable(): string {
  const head = ['connections', ...sizes.map(whole), 'default limit', 'reached at'];
  const rows = parts.map((part) => [
    nameOf[part],
    ...sizes.map((size) => amount(steadyLoad(size)[part])),
    whole(limitOf[part]),
    whole(rounded(connectionsAtLimit(part))),
  ]);
  return table(head, rows);
}

type Storm = { clients: number; rate: number; capSeconds: number };

/** The client's own waits; they go up to 30 s. */
const clientCapSeconds = 30;

/** As long as the tokens of the README's example. */
const tokenLifeMs = 3_600_000;

export function stormTable(): string {
  const storms: Storm[] = [
    { clients: 10_000, rate: 500, capSeconds: clientCapSeconds },
    { clients: 100_000, rate: 500, capSeconds: clientCapSeconds },
    { clients: 1_000_000, rate: 500, capSeconds: clientCapSeconds },
    { clients: 1_000_000, rate: 5_000, capSeconds: clientCapSeconds },
    { clients: 10_000_000, rate: 5_000, capSeconds: clientCapSeconds },
  ];
  const head = [
    'pages',
    'quota',
    'half are back',
    'all are back',
    'sockets asked for',
    'in the worst second',
    'tokens of an hour',
  ];
  const rows = storms.map((storm) => {
    const { halfAfter, allAfter, attempts, attemptsInWorstSecond, tokens } = resultOf(storm);
    return [
      whole(storm.clients),
      `${whole(storm.rate)}/s`,
      duration(halfAfter),
      duration(allAfter),
      `${amount(attempts / storm.clients)} per page`,
      whole(rounded(attemptsInWorstSecond)),
      `${amount(tokens / storm.clients)} per page`,
    ];
  });
  return table(head, rows);
}

/** Effect of a longer cap on the waits of the browser client. */
export function capTable(): string {
  const head = ['longest wait', 'all are back', 'refused per second', 'sockets asked for'];
  const rows = [clientCapSeconds, 120, 300].map((capSeconds) => {
    const { allAfter, refusedPerSecond, attempts } = resultOf({ clients: 1_000_000, rate: 500, capSeconds });
    const ofClient = capSeconds === clientCapSeconds ? ' (the client’s)' : '';
    return [
      `${capSeconds} s${ofClient}`,
      duration(allAfter),
      whole(rounded(refusedPerSecond)),
      `${amount(attempts / 1_000_000)} per page`,
    ];
  });
  return table(head, rows);
}

function resultOf({ clients, rate, capSeconds }: Storm): StormResult {
  return scaledStorm({
    clients,
    connectionsPerSecond: rate,
    backoff: capSeconds === clientCapSeconds ? backoff : backoffUpTo(capSeconds * 1_000),
    longestBackoffMs: capSeconds * 1_000,
    tokenLifeMs,
    keptUntil,
    random: seededRandom(seed),
  });
}

/** As the client's, but for its cap. */
function backoffUpTo(capMs: number) {
  return (failures: number, random: () => number) => random() * Math.min(capMs, 500 * 2 ** failures);
}

const simulatedConnections = 100_000;

export async function broadcastTable(): Promise<string> {
  const loads = [
    { postsPerSecond: 5_000, otherRequestsPerSecond: 0 },
    { postsPerSecond: 5_000, otherRequestsPerSecond: 5_500 },
    { postsPerSecond: 5_000, otherRequestsPerSecond: 8_000 },
    { postsPerSecond: 5_000, otherRequestsPerSecond: 9_900 },
    { postsPerSecond: 10_000, otherRequestsPerSecond: 0 },
  ];
  const rows: string[][] = [];
  for (const load of loads) {
    const result = await broadcast({
      connections: simulatedConnections,
      random: seededRandom(seed),
      ...load,
    });
    rows.push([
      `${whole(load.postsPerSecond)}/s`,
      `${whole(load.otherRequestsPerSecond)}/s of ${whole(quotas.requestsPerSecond)}`,
      `${amount(result.seconds)} s`,
      duration(result.seconds * 10),
      amount(result.throttled / simulatedConnections),
      `${amount((result.failed * 100) / simulatedConnections)} %`,
    ]);
  }
  const head = [
    'broadcastPostsPerSecond',
    'everything else',
    'to 100,000',
    'to 1 million',
    '429s per post',
    'failed',
  ];
  return table(head, rows);
}

function table(head: string[], rows: string[][]): string {
  return markdownTable([head, ...rows], { align: ['l', ...head.slice(1).map(() => 'r')] });
}

const wholeNumber = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
const shortNumber = new Intl.NumberFormat('en', { maximumSignificantDigits: 3 });

function whole(number: number): string {
  return wholeNumber.format(number);
}

/** Three digits say what there is to know. */
function amount(number: number): string {
  return number >= 1_000 ? whole(rounded(number)) : shortNumber.format(number);
}

function rounded(number: number): number {
  return Number(number.toPrecision(3));
}

function duration(seconds: number): string {
  return seconds < 120 ? `${amount(seconds)} s` : `${amount(seconds / 60)} min`;
}
