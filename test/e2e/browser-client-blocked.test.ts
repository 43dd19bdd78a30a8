import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import type { Page } from 'playwright-core';
import { expect, onTestFinished, test } from 'vitest';
import type { Status } from '../../client/browser/index.ts';
import { launchChromium } from '../support/chromium.ts';

/** A page in Chromium, with the client beside it, under this Content-Security-Policy. */
async function pageUnder(policy: string): Promise<Page> {
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

/** The first statuses after the first, and how long the second one took, in milliseconds. */
async function statusesOf(page: Page, count: number): Promise<(Status & { why?: string; after: number })[]> {
  return page.evaluate(`(async () => {
    const { connect } = await import('/uidpush.js');
    const start = performance.now();
    const statuses = [];
    // Nothing listens at the port for nothing.
    const connection = connect({ url: 'ws://127.0.0.1:9/live', identity: 'claimed', credential: () => 'alice' });
    return new Promise((resolve) => {
      connection.onstatus = (status) => {
        statuses.push({ ...status, why: status.cause?.message, after: performance.now() - start });
        if (statuses.length === ${count}) resolve(statuses);
      };
    });
  })()`);
}

test('a socket that the page’s Content-Security-Policy blocks is unreachable at once, and the page is told why', async () => {
  const page = await pageUnder("default-src 'self' 'unsafe-eval'; connect-src 'self'");
  const [first] = await statusesOf(page, 1);

  expect(first).toMatchObject({ state: 'waiting', reason: 'unreachable' });
  expect(first!.why).toMatch(/Content-Security-Policy.*connect-src/);
  // It was ten seconds of `connecting`.
  expect(first!.after).toBeLessThan(9_000);
}, 60_000);

test('one that nobody listens for is unreachable without a cause, once for each attempt', async () => {
  const page = await pageUnder("default-src 'self' 'unsafe-eval'; connect-src *");
  const statuses = await statusesOf(page, 3);

  expect(statuses.map(({ state }) => state)).toEqual(['waiting', 'connecting', 'waiting']);
  expect(statuses.map(({ why }) => why)).toEqual([undefined, undefined, undefined]);
}, 60_000);
