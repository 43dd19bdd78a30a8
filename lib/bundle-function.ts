import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';
import type { FunctionSource } from './function-source.ts';

/** Where the functions' sources are. */
export const sourceDirectory = fileURLToPath(new URL('../lambda', import.meta.url));

/** Writes a function's code into `directory`: `index.mjs`, one minified ESM file. */
export function bundleFunction(source: FunctionSource, directory: string): void {
  buildSync({
    entryPoints: [`${sourceDirectory}/${source}.ts`],
    outfile: `${directory}/index.mjs`,
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    // The SDK is bundled, so what runs is what was tested; its ESM sources are smaller and load faster than its CommonJS ones.
    mainFields: ['module', 'main'],
  });
}
