import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { type Variant, withBundles } from '../cold-start/bundles.ts';
import type { BenchProcess } from '../process.ts';
import type { Traffic } from '../stub/traffic-counter.ts';
import { withAwsStub } from '../stub/with-aws-stub.ts';
import { type Pushing, withPushes } from '../with-pushes.ts';

export type PerPushScale = {
  repetitions: number;
  /** Pushes until the code is compiled, and those that are measured. */
  warmUps: number;
  pushes: number;
  /** The same of pushes to a hundred connections. */
  warmUpsToMany: number;
  pushesToMany: number;
};

const many = 100;

/**
 * `deployed`: our handler; `sdk`: the same with the AWS SDK's clients by CDK's defaults; `floor`: the two requests by
 * hand.
 */
type Handler = { variant: Variant | 'floor'; file: string };

export type PerPush = {
  /**
   * Microseconds of CPU for a push to one connection, of each repetition: user and system time of the whole process.
   */
  cpuUs: Record<Handler['variant'], number[]>;
  /** The same for each post of a push to a hundred connections. */
  cpuUsOfPost: Record<Variant, number[]>;
  /** Requests to AWS of one push, by how many connections it reaches. */
  traffic: { connections: number; traffic: Traffic }[];
};

/**
 * Pushes of each handler, whose AWS calls are answered at once by another process. Each repetition is a fresh process;
 * they take turns.
 */
export function measurePushes({
  repetitions,
  warmUps,
  pushes,
  warmUpsToMany,
  pushesToMany,
}: PerPushScale): Promise<PerPush> {
  return withBundles(['push'], async (bundles, directory) => {
    const handlers: Handler[] = [...bundles, await floorIn(directory)];
    const cpuUs: PerPush['cpuUs'] = { deployed: [], sdk: [], floor: [] };
    const cpuUsOfPost: PerPush['cpuUsOfPost'] = { deployed: [], sdk: [] };
    return withAwsStub({}, async (environment, stub) => {
      for (let repetition = 0; repetition < repetitions; repetition++) {
        for (const { variant, file } of handlers) {
          const { cpuUs: sample } = await withPushes(file, environment, async (pushing) => {
            await pushing.ask({ connections: 1, pushes: warmUps });
            return pushing.ask({ connections: 1, pushes });
          });
          cpuUs[variant].push(sample);
        }
        for (const { variant, file } of bundles) {
          const { cpuUs: sample } = await withPushes(file, environment, async (pushing) => {
            await pushing.ask({ connections: many, pushes: warmUpsToMany });
            return pushing.ask({ connections: many, pushes: pushesToMany });
          });
          cpuUsOfPost[variant].push(sample / many);
        }
      }
      const deployed = bundles.find(({ variant }) => variant === 'deployed')?.file ?? '';
      const traffic = await withPushes(deployed, environment, (pushing) => trafficOf(pushing, stub));
      return { cpuUs, cpuUsOfPost, traffic };
    });
  });
}

async function floorIn(directory: string): Promise<Handler> {
  const file = join(directory, 'floor.mjs');
  const entry = fileURLToPath(new URL('floor.ts', import.meta.url));
  await build({ entryPoints: [entry], outfile: file, format: 'esm', platform: 'node' });
  return { variant: 'floor', file };
}

async function trafficOf(pushing: Pushing, stub: BenchProcess<object, Traffic>): Promise<PerPush['traffic']> {
  const found: PerPush['traffic'] = [];
  for (const connections of [1, 10, 100]) {
    await stub.ask({});
    await pushing.ask({ connections, pushes: 1 });
    found.push({ connections, traffic: await stub.ask({}) });
  }
  return found;
}
