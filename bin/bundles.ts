import { parse } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BuildOptions, build } from 'esbuild';

/** Each is one file of JavaScript that needs no other package. */
const forNode: BuildOptions = {
  absWorkingDir: fileURLToPath(new URL('..', import.meta.url)),
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'esm',
  logLevel: 'warning',
};

// Bundled CommonJS packages require Node's modules, which a module of JavaScript has no `require` for.
const requireForPackages = `import { createRequire } from 'node:module';\nconst require = createRequire(import.meta.url);`;

/** The command `uidpush`. What only some runs need, AWS's credential chain, is in files of its own beside it. */
export async function bundleCli(outfile: string): Promise<void> {
  const banner = { js: `#!/usr/bin/env node\n${requireForPackages}` };
  const { dir, name, ext } = parse(outfile);
  await build({
    ...forNode,
    entryPoints: { [name]: 'cli/main.ts' },
    outdir: dir,
    outExtension: { '.js': ext },
    splitting: true,
    chunkNames: `${name}/[name]-[hash]`,
    banner,
  });
}

/** `uidpush/backend` */
export async function bundleBackendClient(path: string): Promise<void> {
  await bundleLibrary(path, { ...forNode, entryPoints: ['client/backend/index.ts'] });
}

/** `uidpush` */
export async function bundleBrowserClient(path: string): Promise<void> {
  await bundleLibrary(path, {
    ...forNode,
    platform: 'browser',
    target: 'es2022',
    entryPoints: ['client/browser/index.ts'],
    minify: true,
  });
}

/** `uidpush/cdk` */
export async function bundleConstruct(path: string): Promise<void> {
  await bundleLibrary(path, {
    ...forNode,
    entryPoints: ['lib/index.ts'],
    // The app that uses it brings them.
    external: ['aws-cdk-lib', 'constructs'],
    // The functions' code is beside it, ready-built: see `imports` in package.json.
    conditions: ['packaged'],
  });
}

/**
 * `<path>.mjs` and `<path>.cjs`, for projects of either kind. Node.js before 22.12, and Jest, can't `require` a file of
 * the first kind.
 * Source: https://nodejs.org/api/modules.html#loading-ecmascript-modules-using-require
 */
async function bundleLibrary(path: string, options: BuildOptions): Promise<void> {
  await build({ ...options, outfile: `${path}.mjs` });
  await build({
    ...options,
    format: 'cjs',
    outfile: `${path}.cjs`,
    // CommonJS has no `import.meta`.
    ...(options.platform === 'node' && {
      define: { 'import.meta.url': 'importMetaUrl' },
      banner: { js: `const importMetaUrl = require('node:url').pathToFileURL(__filename).href;` },
    }),
  });
}
