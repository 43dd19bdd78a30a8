import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';
import type { FunctionSource } from './function-source.ts';

/** Where the functions' sources are. */
export const sourceDirectory = fileURLToPath(new URL('../lambda', import.meta.url));

const requireForPackages =
  "import{createRequire}from'node:module';const require=createRequire(import.meta.url);";

/** Writes a function's code into `directory`: `index.mjs`, one minified ESM file. */
export function bundleFunction(source: FunctionSource, directory: string): void {
  bundle(`${sourceDirectory}/${source}.ts`, `${directory}/index.mjs`);
}

/** Bundles one entry file, as functions are deployed. */
export function bundle(entry: string, outfile: string): void {
  buildSync({
    entryPoints: [entry],
    outfile,
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    // Packages' ESM sources are smaller and load faster than their CommonJS ones. Those that have none require Node's modules, which a
    // module of JavaScript has no `require` for.
    mainFields: ['module', 'main'],
    banner: { js: requireForPackages },
  });
}
