import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { bundleBackendClient, bundleBrowserClient, bundleCli } from './bundles.ts';

/** `npm run prepare`: what the package's `bin` and `exports` name, in `dist/`. */

process.chdir(fileURLToPath(new URL('..', import.meta.url)));
rmSync('dist', { recursive: true, force: true });
await bundleCli('dist/cli.mjs');
await bundleBackendClient('dist/backend.mjs');
await bundleBrowserClient('dist/browser.mjs');

const tsc = ['node_modules/typescript/bin/tsc', '--project', 'tsconfig.build.json'];
const { status } = spawnSync(process.execPath, tsc, { stdio: 'inherit' });
if (status !== 0) process.exitCode = 1;
