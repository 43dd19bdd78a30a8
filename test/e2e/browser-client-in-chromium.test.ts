import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchChromium } from '../support/chromium.ts';
import { patience, runStack } from './running-stack.ts';

/**
 * Six seconds are left of each connection's two hours when it opens. A page that is late, since this machine has other
 * work, is not cut off.
 */
const stack = runStack({ lifetimeMs: 6_000 });
stack.faults.lateEndMs = patience.timeout;
let browser: Browser;

beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(() => browser?.close());

test('a page in Chromium is shown every push once, in order, while its connections end again and again', async () => {
  const page = await browser.newPage();
  await page.goto(stack.stack.outputs.PageUrl);
  // As text: the test runner would rewrite the import for itself.
  await page.evaluate(`(async () => {
    const { connect } = await import('/uidpush.js');
    globalThis.shown = [];
    globalThis.states = [];
    globalThis.connectionIds = new Set();
    const connection = connect({
      url: '${stack.stack.outputs.WebSocketUrl}',
      identity: 'claimed',
      credential: () => 'chromium',
    });
    connection.onmessage = ({ data }) => {
      globalThis.shown.push(data.n);
      globalThis.connectionIds.add(connection.connectionId);
    };
    connection.onstatus = ({ state }) => globalThis.states.push(state);
  })()`);
  const shown = () => page.evaluate<number[]>('globalThis.shown');
  const states = () => page.evaluate<string[]>('globalThis.states');
  await expect.poll(states, patience).toEqual(['open']);

  const connections = () => page.evaluate<number>('globalThis.connectionIds.size');
  const sent = await stack.pushSteadily('chromium', async () => (await connections()) === 3);

  await expect.poll(async () => (await shown()).length, patience).toBe(sent);
  expect(await shown()).toEqual(Array.from({ length: sent }, (_, n) => n));
  expect(await states()).toEqual(['open']);
});
