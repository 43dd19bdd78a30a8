import { markdownTable } from 'markdown-table';
import { prices } from './cost/prices.ts';
import { latencyMs, postsPerSecond } from './fan-out/conditions.ts';

/**
 * Speed and price of the push function and of the broadcast worker at each memory size. It is a model:
 * a function's part of a CPU is by its memory, so measured CPU times are divided by that part.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html
 */

/** This much is one vCPU. JavaScript runs on one thread, so more does not make it faster. */
const megabytesOfOneCpu = 1_769;

/** Megabytes. */
export const memorySizes = [128, 256, 512, 1_024, 1_769];

/**
 * Of `npm run bench` on 2026-11-28: of a push to one connection, of a post to one of 100, and of a uid of a multicast
 * by one worker alone, three in ten of which have a connection.
 */
const measuredUs = { push: 763, post: 137, uid: 598 };

/** Posts that a push has under way at the same time: see `lambda/request-scope.ts`. */
const concurrentPosts = 100;

/** Workers of a broadcast: see `BROADCAST_SEGMENTS`. */
const workers = 10;

const fanOuts = [1, 10, 100, 1_000];

/** Milliseconds of a push to so many connections: the lookup, then posts, bound by their answers or by CPU. */
export function pushMs(connections: number, megabytes: number): number {
  const cpuMs = (us: number) => us / 1_000 / cpuPart(megabytes);
  const answers = Math.ceil(connections / concurrentPosts) * latencyMs;
  return latencyMs + cpuMs(measuredUs.push) + Math.max(answers, cpuMs(measuredUs.post * (connections - 1)));
}

/** Posts that one broadcast worker can start in a second, whatever its pace. */
export function workerPostsPerSecond(megabytes: number): number {
  return (1_000_000 / measuredUs.post) * cpuPart(megabytes);
}

/** Uids of a multicast that one worker can look up, and post to, in a second, whatever its pace. */
export function workerUidsPerSecond(megabytes: number): number {
  return (1_000_000 / measuredUs.uid) * cpuPart(megabytes);
}

/** US dollars for a million posts, by pushes: the functions' time and their requests. */
function pushDollars(connections: number, megabytes: number): number {
  const gigabyteSeconds = (pushMs(connections, megabytes) / 1_000) * (megabytes / 1_024);
  const push = gigabyteSeconds * unitPrice('functionGbSecond') + unitPrice('functionRequest');
  return (push * 1_000_000) / connections;
}

/** The same, by broadcasts: a worker posts at its pace, or as fast as it can where that is slower. */
function broadcastDollars(megabytes: number): number {
  const perSecond = Math.min(postsPerSecond / workers, workerPostsPerSecond(megabytes));
  return (1_000_000 / perSecond) * (megabytes / 1_024) * unitPrice('functionGbSecond');
}

function cpuPart(megabytes: number): number {
  return Math.min(1, megabytes / megabytesOfOneCpu);
}

/** The table of docs/PERFORMANCE.md. */
export function memoryTable(): string {
  const head = [
    'MB',
    ...fanOuts.map((connections) => `push to ${connections.toLocaleString('en')}`),
    'broadcast',
    'posts a second of a worker',
    'uids a second of a worker',
  ];
  const rows = memorySizes.map((megabytes) => [
    megabytes.toLocaleString('en'),
    ...fanOuts.map(
      (connections) =>
        `${pushMs(connections, megabytes).toFixed(0)} ms, $${pushDollars(connections, megabytes).toFixed(3)}`,
    ),
    `$${broadcastDollars(megabytes).toFixed(3)}`,
    Math.round(workerPostsPerSecond(megabytes)).toLocaleString('en'),
    Math.round(workerUidsPerSecond(megabytes)).toLocaleString('en'),
  ]);
  return markdownTable([head, ...rows], { align: head.map(() => 'r') });
}

function unitPrice(item: 'functionGbSecond' | 'functionRequest'): number {
  const { dollars, per } = prices[item];
  return dollars / per;
}
