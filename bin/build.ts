import { spawnSync } from 'node:child_process';
import { chmodSync, rmSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleFunction } from '../lib/bundle-function.ts';
import { FunctionSource } from '../lib/function-source.ts';
import { textProgram } from '../lib/text-program.ts';
import { bundleBackendClient, bundleBrowserClient, bundleCli, bundleConstruct } from './bundles.ts';

/** `npm run prepare`: what the package's `bin` and `exports` name, in `dist/` or in the directory that is given. */

const directory = resolve(process.argv[2] ?? fileURLToPath(new URL('../dist', import.meta.url)));
process.chdir(fileURLToPath(new URL('..', import.meta.url)));
rmSync(directory, { recursive: true, force: true });
await bundleCli(`${directory}/cli.mjs`);
// npm makes a package's commands executable when it installs it, which in a clone is before they are built.
chmodSync(`${directory}/cli.mjs`, 0o755);
await bundleBackendClient(`${directory}/backend.mjs`);
await bundleBrowserClient(`${directory}/browser.mjs`);
await bundleConstruct(`${directory}/cdk.mjs`);
for (const source of Object.values(FunctionSource))
  bundleFunction(source, `${directory}/functions/${source}`);
writeFileSync(`${directory}/text-service.mjs`, textProgram());

const tsc = ['node_modules/typescript/bin/tsc', '--project', 'tsconfig.build.json'];
const { status } = spawnSync(process.execPath, [...tsc, '--outDir', `${directory}/types`], {
  stdio: 'inherit',
});
if (status !== 0) process.exitCode = 1;
