import { chmodSync, rmSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleFunction } from '../lib/bundle-function.ts';
import { FunctionSource } from '../lib/function-source.ts';
import { textProgram } from '../lib/text-program.ts';
import { bundleBackendClient, bundleBrowserClient, bundleCli, bundleConstruct } from './bundles.ts';

/**
 * `npm run prepare`: the code that the package's `bin` and `exports` name, in `dist/` or in the directory that is
 * given. Their types take longer and are of no use in a clone: see `types.ts`.
 */

const directory = resolve(process.argv[2] ?? fileURLToPath(new URL('../dist', import.meta.url)));
process.chdir(fileURLToPath(new URL('..', import.meta.url)));
rmSync(directory, { recursive: true, force: true });
await bundleCli(`${directory}/cli.mjs`);
// npm makes a package's commands executable when it installs it, which in a clone is before they are built.
chmodSync(`${directory}/cli.mjs`, 0o755);
await bundleBackendClient(`${directory}/backend`);
await bundleBrowserClient(`${directory}/browser`);
await bundleConstruct(`${directory}/cdk`);
for (const source of Object.values(FunctionSource))
  bundleFunction(source, `${directory}/functions/${source}`);
writeFileSync(`${directory}/text-service.mjs`, textProgram());
