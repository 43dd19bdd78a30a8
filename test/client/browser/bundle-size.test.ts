import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { expect, test } from 'vitest';

// A third of it puts stored messages in order and remembers which were shown.
test('what a page loads is less than 4.5 kB, minified and compressed', async () => {
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

  expect(gzipSync(bundle!.contents).length).toBeLessThan(4_500);
});
