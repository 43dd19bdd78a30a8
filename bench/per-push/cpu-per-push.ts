import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { bundleEnvironment, withBundles } from '../cold-start/bundles.ts';
import { median } from '../median.ts';

const run = promisify(execFile);
const here = fileURLToPath(new URL('.', import.meta.url));

/** A program of thousands of pushes takes some seconds. */
const programTimeoutMs = 120_000;

/** Pushes until the code is compiled, and those that are measured. */
const warmUps = 3_000;
const pushes = 5_000;

export type CpuPerPush = {
  /** `deployed`: our handler; `sdk`: the same on the AWS SDK; `floor`: the two requests by hand. */
  variant: 'deployed' | 'sdk' | 'floor';
  /** Microseconds of each repetition: user and system time of the whole process. */
  samples: number[];
  medianUs: number;
};

/**
 * The CPU time of one push to one connection, whose AWS calls are answered at once by another process. Each repetition is a fresh
 * process for each variant; they take turns.
 */
export function measureCpuPerPush(repetitions: number): Promise<CpuPerPush[]> {
  return withBundles(async (bundles) => {
    const [first] = bundles;
    if (!first) throw new Error('There are no bundles.');
    const directory = join(first.file, '../..');
    const floor = join(directory, 'floor.mjs');
    const stub = join(directory, 'stub.mjs');
    for (const [entry, outfile] of [
      ['floor.ts', floor],
      ['stub-endpoints.ts', stub],
    ] as const) {
      await build({ entryPoints: [join(here, entry)], outfile, format: 'esm', platform: 'node' });
    }
    const measured = [
      ...bundles.filter(({ name }) => name === 'push').map(({ variant, file }) => ({ variant, file })),
      { variant: 'floor' as const, file: floor },
    ].map((variant) => ({ ...variant, samples: [] as number[] }));

    const endpoints = spawn(process.execPath, [stub], { stdio: ['pipe', 'pipe', 'inherit'] });
    try {
      const [port] = await once(createInterface(endpoints.stdout), 'line');
      const url = `http://127.0.0.1:${port}`;
      const env = bundleEnvironment({ CONNECTIONS_URL: `${url}/live`, AWS_ENDPOINT_URL_DYNAMODB: url });
      for (let repetition = 0; repetition < repetitions; repetition++) {
        for (const { file, samples } of measured) samples.push(await cpuOf(file, env));
      }
    } finally {
      endpoints.kill();
    }
    return measured.map(({ variant, samples }) => ({ variant, samples, medianUs: median(samples) }));
  });
}

async function cpuOf(file: string, env: Record<string, string>): Promise<number> {
  const program = join(here, 'pushes.mjs');
  const { stdout } = await run(process.execPath, [program, file, String(warmUps), String(pushes)], {
    env,
    timeout: programTimeoutMs,
  });
  return Number(stdout);
}
