import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { expect, test } from 'vitest';
import { browserClientBytes } from '../../../bench/budgets.ts';

test('what a page loads, minified and compressed, is no larger than its budget', async () => {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL('../../../client/browser/index.ts', import.meta.url))],
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    platform: 'browser',
    write: false,
  });
  const [bundle] = outputFiles;

  expect(gzipSync(bundle!.contents).length).toBeLessThanOrEqual(browserClientBytes);
});
