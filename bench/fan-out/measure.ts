import { BROADCAST_SEGMENTS } from '../../lambda/broadcast/broadcast-task.ts';
import type { QueueTask } from '../../lambda/queue-task.ts';
import { bundleEnvironment, withBundles } from '../cold-start/bundles.ts';
import { withProcess } from '../process.ts';
import { seededRandom } from '../simulation/seeded-random.ts';
import { uidsOfChunk } from '../stub/multicast-answers.ts';
import { withAwsStub } from '../stub/with-aws-stub.ts';
import { withPushes } from '../with-pushes.ts';
import { connectionsPerPage, latencyMs, postsPerSecond, throttledShare } from './conditions.ts';
import { idealBroadcastMs, idealMulticastMs, idealPushMs } from './ideal.ts';
import type { WorkerAnswer, WorkerQuestion } from './worker-program.ts';

export type FanOutScale = {
  /** Connections that one push is to reach. */
  pushesTo: readonly number[];
  /** Pushes to each. */
  pushes: number;
  broadcastTo: number;
  broadcasts: number;
  /** Uids, a multiple of the chunks of all workers. */
  multicastTo: number;
  multicasts: number;
};

/** Milliseconds that it took, and that it would have taken in an ideal function. */
export type FanOut = {
  /** `share`: what one of a multicast's ten workers does of it, while the others do nothing. */
  kind: 'push' | 'broadcast' | 'multicast' | 'share';
  /** Of a multicast and a share the uids. */
  connections: number;
  times: number[];
  ideals: number[];
  /** Microseconds of CPU for each post. */
  cpuUsOfPost: number[];
  /** Milliseconds of the first, which workers do whose code V8 has not compiled yet. Not among `times`. */
  firstTime?: number;
};

/** More than are measured: the ideal costs no time, and its 429s come by chance. */
const ideals = 200;

export function measureFanOut(scale: FanOutScale): Promise<FanOut[]> {
  return withBundles(['push', 'broadcast-worker'], async (bundles) => {
    const [push = '', worker = ''] = bundles.flatMap(({ variant, file }) =>
      variant === 'deployed' ? [file] : [],
    );
    const broadcastConnections = scale.broadcastTo;
    return withAwsStub({ latencyMs, throttledShare, broadcastConnections }, async (environment) => [
      ...(await measurePushes(push, environment, scale)),
      ...(await measureWorkers(worker, environment, scale)),
    ]);
  });
}

async function measurePushes(
  file: string,
  environment: Record<string, string>,
  { pushesTo, pushes }: FanOutScale,
): Promise<FanOut[]> {
  const found: FanOut[] = [];
  await withPushes(file, environment, async (pushing) => {
    // Until the code is compiled.
    await pushing.ask({ connections: Math.max(...pushesTo), pushes });
    for (const connections of pushesTo) {
      const { times, cpuUs } = await pushing.ask({ connections, pushes });
      const ideal = await idealsOf((random) => idealPushMs(connections, random), ideals);
      found.push({ kind: 'push', connections, times, ideals: ideal, cpuUsOfPost: [cpuUs / connections] });
    }
  });
  return found;
}

/** Broadcasts and multicasts, by the same workers. */
function measureWorkers(
  file: string,
  environment: Record<string, string>,
  { broadcastTo, broadcasts, multicastTo, multicasts }: FanOutScale,
): Promise<FanOut[]> {
  const program = new URL('worker-program.ts', import.meta.url);
  const env = bundleEnvironment({
    ...environment,
    POSTS_PER_SECOND: String(postsPerSecond / BROADCAST_SEGMENTS),
  });
  return withProcess<object, WorkerQuestion, WorkerAnswer, FanOut[]>(
    program,
    { args: [file], env },
    async (_ready, workers) => {
      const measured = async (kind: FanOut['kind'], size: number, times: number, ideals: number[]) => {
        const found: FanOut = { kind, connections: size, times: [], ideals, cpuUsOfPost: [] };
        for (let done = 0; done <= times; done++) {
          const { milliseconds, cpuUs } = await workers.ask({ tasksOf: tasksOf(kind, size, done) });
          if (done === 0) {
            if (kind !== 'share') found.firstTime = milliseconds;
            continue;
          }
          found.times.push(milliseconds);
          found.cpuUsOfPost.push(cpuUs / size);
        }
        return found;
      };
      const idealBroadcasts = await idealsOf((random) => idealBroadcastMs(broadcastTo, random), broadcasts);
      const idealMulticasts = await idealsOf((random) => idealMulticastMs(multicastTo, random), multicasts);
      const share = multicastTo / BROADCAST_SEGMENTS;
      const idealShares = await idealsOf((random) => idealMulticastMs(share, random, 1), multicasts);
      return [
        await measured('broadcast', broadcastTo, broadcasts, idealBroadcasts),
        await measured('multicast', multicastTo, multicasts, idealMulticasts),
        await measured('share', share, multicasts, idealShares),
      ];
    },
  );
}

function tasksOf(kind: FanOut['kind'], size: number, number: number): QueueTask[][] {
  switch (kind) {
    case 'broadcast':
      return pagesOf(number, size);
    case 'share':
      return chunksOf(`share-${number}`, size, 1);
    default:
      return chunksOf(`multicast-${number}`, size, BROADCAST_SEGMENTS);
  }
}

/** The pages of each segment, a worker for each. */
function pagesOf(number: number, connections: number): QueueTask[][] {
  const pages = Math.ceil(connections / BROADCAST_SEGMENTS / connectionsPerPage);
  return Array.from({ length: BROADCAST_SEGMENTS }, (_, segment) =>
    Array.from({ length: pages }, (_, page) => ({ broadcast: `broadcast-${number}`, segment, page })),
  );
}

/** The chunks, each to the worker that is free first: these are equally fast. */
function chunksOf(multicast: string, uids: number, workers: number): QueueTask[][] {
  return Array.from({ length: workers }, (_, worker) =>
    Array.from({ length: uids / uidsOfChunk / workers }, (_, round) => {
      const chunk = round * workers + worker;
      return { multicast, chunk, from: chunk * uidsOfChunk };
    }),
  );
}

async function idealsOf(ideal: (random: () => number) => Promise<number>, count: number): Promise<number[]> {
  const random = seededRandom(1);
  const found: number[] = [];
  for (let done = 0; done < count; done++) found.push(await ideal(random));
  return found;
}
