import { BROADCAST_SEGMENTS } from '../../lambda/broadcast/broadcast-task.ts';
import { bundleEnvironment, withBundles } from '../cold-start/bundles.ts';
import { withProcess } from '../process.ts';
import { seededRandom } from '../simulation/seeded-random.ts';
import { withAwsStub } from '../stub/with-aws-stub.ts';
import { withPushes } from '../with-pushes.ts';
import type { BroadcastAnswer, BroadcastQuestion } from './broadcast-program.ts';
import { connectionsPerPage, latencyMs, postsPerSecond, throttledShare } from './conditions.ts';
import { idealBroadcastMs, idealPushMs } from './ideal.ts';

export type FanOutScale = {
  /** Connections that one push is to reach. */
  pushesTo: readonly number[];
  /** Pushes to each. */
  pushes: number;
  broadcastTo: number;
  broadcasts: number;
};

/** Milliseconds that it took, and that it would have taken in an ideal function. */
export type FanOut = {
  kind: 'push' | 'broadcast';
  connections: number;
  times: number[];
  ideals: number[];
  /** Microseconds of CPU for each post. */
  cpuUsOfPost: number[];
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
      await measureBroadcasts(worker, environment, scale),
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

async function measureBroadcasts(
  file: string,
  environment: Record<string, string>,
  { broadcastTo, broadcasts }: FanOutScale,
): Promise<FanOut> {
  const times: number[] = [];
  const cpuUsOfPost: number[] = [];
  const pages = Math.ceil(broadcastTo / BROADCAST_SEGMENTS / connectionsPerPage);
  await withProcess<object, BroadcastQuestion, BroadcastAnswer, void>(
    new URL('broadcast-program.ts', import.meta.url),
    {
      args: [file],
      env: bundleEnvironment({
        ...environment,
        POSTS_PER_SECOND: String(postsPerSecond / BROADCAST_SEGMENTS),
      }),
    },
    async (_ready, workers) => {
      for (let done = 0; done < broadcasts; done++) {
        const { milliseconds, cpuUs } = await workers.ask({ broadcast: `broadcast-${done}`, pages });
        times.push(milliseconds);
        cpuUsOfPost.push(cpuUs / broadcastTo);
      }
    },
  );
  const ideal = await idealsOf((random) => idealBroadcastMs(broadcastTo, random), broadcasts);
  return { kind: 'broadcast', connections: broadcastTo, times, ideals: ideal, cpuUsOfPost };
}

async function idealsOf(ideal: (random: () => number) => Promise<number>, count: number): Promise<number[]> {
  const random = seededRandom(1);
  const found: number[] = [];
  for (let done = 0; done < count; done++) found.push(await ideal(random));
  return found;
}
