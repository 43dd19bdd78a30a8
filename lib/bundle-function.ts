import { fileURLToPath } from 'node:url';
import { buildSync, type Metafile } from 'esbuild';
import type { FunctionSource } from './function-source.ts';

/** Where the functions' sources are. */
export const sourceDirectory = fileURLToPath(new URL('../lambda', import.meta.url));

const requireForPackages =
  "import{createRequire}from'node:module';const require=createRequire(import.meta.url);";

/** Writes a function's code into `directory`: `index.mjs`, one minified ESM file. Returns what it is made of. */
export function bundleFunction(source: FunctionSource, directory: string): Metafile {
  const { metafile } = buildSync({
    entryPoints: [`${sourceDirectory}/${source}.ts`],
    outfile: `${directory}/index.mjs`,
    metafile: true,
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    // Packages' ESM sources are smaller and load faster than their CommonJS ones. Those that have none require Node's
    // modules, which a module of JavaScript has no `require` for.
    mainFields: ['module', 'main'],
    banner: { js: requireForPackages },
  });
  return metafile;
}
