import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import type { Page } from 'playwright-core';
import { onTestFinished } from 'vitest';
import { launchChromium } from './chromium.ts';

/** A page in Chromium, with the client at `/uidpush.js`, under this Content-Security-Policy. */
export async function pageUnder(policy: string): Promise<Page> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL('../../client/browser/index.ts', import.meta.url))],
    bundle: true,
    format: 'esm',
    write: false,
  });
  const server = createServer(({ url }, response) => {
    const isClient = url === '/uidpush.js';
    response.setHeader('content-type', isClient ? 'text/javascript' : 'text/html');
    response.setHeader('content-security-policy', policy);
    response.end(isClient ? outputFiles[0]!.contents : '<title>A page</title>');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const browser = await launchChromium();
  onTestFinished(async () => {
    await browser.close();
    server.close();
  });
  const page = await browser.newPage();
  await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  return page;
}
