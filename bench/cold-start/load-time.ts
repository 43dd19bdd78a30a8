import { execFile } from 'node:child_process';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import type { FunctionSource } from '../../lib/function-source.ts';
import { type Bundle, environmentOf, withBundles } from './bundles.ts';

const run = promisify(execFile);

/** One load takes less than a second. */
const loadTimeoutMs = 30_000;

/** Milliseconds of each load, in the order of the measurements. */
export type LoadTime = Bundle & { samples: number[] };

/**
 * How long the functions' bundles take to load, each time in a fresh process, `repetitions` times. The variants take
 * turns, so that whatever else the machine does meets all of them.
 */
export function measureLoadTimes(names: readonly FunctionSource[], repetitions: number): Promise<LoadTime[]> {
  return withBundles(names, async (bundles) => {
    const measured = bundles.map((bundle) => ({ ...bundle, samples: [] as number[] }));
    for (const { name, file } of bundles) await loadOnce(name, file);
    for (let repetition = 0; repetition < repetitions; repetition++) {
      for (const { name, file, samples } of measured) samples.push(await loadOnce(name, file));
    }
    return measured;
  });
}

async function loadOnce(name: FunctionSource, file: string): Promise<number> {
  const program = `const start = performance.now();
    await import(${JSON.stringify(pathToFileURL(file).href)});
    process.stdout.write(String(performance.now() - start), () => process.exit());`;
  const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', program], {
    env: environmentOf(name),
    timeout: loadTimeoutMs,
  });
  return Number(stdout);
}
