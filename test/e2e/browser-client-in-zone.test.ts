import { readFile } from 'node:fs/promises';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchChromium } from '../support/chromium.ts';
import { patience, runStack } from './running-stack.ts';

const stack = runStack();
let browser: Browser;

beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(() => browser?.close());

test('handlers run in the zone in which connect was called, also after a native async credential and a reconnect', async () => {
  const page = await browser.newPage();
  await page.goto(stack.stack.outputs.PageUrl);
  // What an Angular application has; it can't follow a native `await`.
  const zone = await readFile(new URL(import.meta.resolve('zone.js')), 'utf8');
  await page.addScriptTag({ content: zone, type: 'module' });
  // As text: the test runner would rewrite the import, and the native `async` functions, for itself.
  await page.evaluate(`(async () => {
    const { connect } = await import('/uidpush.js');
    globalThis.zones = [];
    const note = (what) => globalThis.zones.push(what + ' in ' + Zone.current.name);
    Zone.root.fork({ name: 'application' }).run(() => {
      const connection = connect({
        url: '${stack.stack.outputs.WebSocketUrl}',
        identity: 'claimed',
        credential: async () => {
          note('credential');
          await fetch('/');
          return 'zoe';
        },
      });
      connection.onstatus = ({ state }) => note(state);
      Zone.root.run(() => {
        connection.onmessage = async ({ data }) => note('message ' + data.n);
      });
    });
  })()`);
  const zones = () => page.evaluate<string[]>('globalThis.zones');
  await expect.poll(zones, patience).toContain('open in application');
  await stack.push('{"uid":"zoe","n":1}');
  await stack.push('{"uid":"zoe","n":2}');
  await expect.poll(zones, patience).toContain('message 2 in application');
  const { gateway } = stack.stack;
  for (const id of gateway.connectionIds()) gateway.killSocket(id);
  await expect.poll(async () => (await zones()).at(-1), patience).toBe('open in application');
  await stack.push('{"uid":"zoe","n":3}');
  await expect.poll(zones, patience).toContain('message 3 in application');

  expect((await zones()).filter((line) => !line.endsWith('application'))).toEqual([]);
});
