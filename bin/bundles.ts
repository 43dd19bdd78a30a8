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

/** The command `uidpush`. */
export async function bundleCli(outfile: string): Promise<void> {
  const banner = { js: `#!/usr/bin/env node\n${requireForPackages}` };
  await build({ ...forNode, entryPoints: ['cli/main.ts'], outfile, banner });
}

/** `uidpush/backend` */
export async function bundleBackendClient(outfile: string): Promise<void> {
  await build({ ...forNode, entryPoints: ['client/backend/index.ts'], outfile });
}

/** `uidpush` */
export async function bundleBrowserClient(outfile: string): Promise<void> {
  await build({
    ...forNode,
    platform: 'browser',
    target: 'es2022',
    entryPoints: ['client/browser/index.ts'],
    outfile,
    minify: true,
  });
}

/** `uidpush/cdk`: the app that uses it brings the CDK. */
export async function bundleConstruct(outfile: string): Promise<void> {
  await build({
    ...forNode,
    entryPoints: ['lib/index.ts'],
    outfile,
    packages: 'external',
    // The functions' code is beside it, ready-built: see `imports` in package.json.
    conditions: ['packaged'],
  });
}
