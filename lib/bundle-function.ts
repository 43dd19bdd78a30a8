import { fileURLToPath } from 'node:url';
import { buildSync, type Metafile } from 'esbuild';
import type { FunctionSource } from './function-source.ts';

/** Where the functions' sources are. */
export const sourceDirectory = fileURLToPath(new URL('../lambda', import.meta.url));

const requireForPackages =
  "import{createRequire}from'node:module';const require=createRequire(import.meta.url);";

/**
 * Writes a function's code into `directory`: minified ESM, `index.mjs` and beside it what is loaded by `import()`, when
 * it is needed, with what it shares with the rest. Returns what it is made of.
 */
export function bundleFunction(source: FunctionSource, directory: string): Metafile {
  const { metafile } = buildSync({
    entryPoints: { index: `${sourceDirectory}/${source}.ts` },
    outdir: directory,
    outExtension: { '.js': '.mjs' },
    splitting: true,
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

type Output = Metafile['outputs'][string];

/** Of the files that `bundleFunction` wrote, the entry and what it imports: they are loaded at the start. */
export function filesAtStart(outputs: Metafile['outputs']): Output[] {
  const entry = Object.keys(outputs).find((file) => file.endsWith('/index.mjs'));
  const atStart = new Set(entry === undefined ? [] : [entry]);
  for (const file of atStart) {
    for (const { path, kind, external } of outputs[file]?.imports ?? []) {
      if (kind === 'import-statement' && external !== true) atStart.add(path);
    }
  }
  return [...atStart].flatMap((file) => outputs[file] ?? []);
}
