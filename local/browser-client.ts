import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import type { StaticFile } from './static-files.ts';

/** The browser client as the package has it: one module that a page imports as it is. */
export async function bundleBrowserClient(): Promise<StaticFile> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL('../client/browser/index.ts', import.meta.url))],
    bundle: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    logLevel: 'warning',
    write: false,
  });
  return {
    contentType: 'text/javascript; charset=utf-8',
    body: Buffer.concat(outputFiles.map(({ contents }) => contents)),
  };
}
