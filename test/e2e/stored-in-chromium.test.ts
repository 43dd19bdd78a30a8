import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import type { MessageStatus } from '../../protocol/answers/messages.ts';
import { launchChromium } from '../support/chromium.ts';
import { patience, runStack } from './running-stack.ts';

const stack = runStack();
let browser: Browser;

beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(() => browser?.close());

/** Calls of a page's handlers, in order: the numbers in messages, and `gap`. */
type Shown = number | 'gap';

async function newContext(): Promise<BrowserContext> {
  const context = await browser.newContext();
  onTestFinished(() => context.close());
  return context;
}

/** Connects as `uid` in a page that was just loaded, or loaded again. */
async function connect(page: Page, uid: string): Promise<void> {
  // As text: the test runner would rewrite the import for itself.
  await page.evaluate(`(async () => {
    const { connect } = await import('/uidpush.js');
    globalThis.shown = [];
    globalThis.connection = connect({
      url: '${stack.stack.outputs.WebSocketUrl}',
      identity: 'claimed',
      credential: () => '${uid}',
    });
    connection.onmessage = ({ data }) => shown.push(data.n);
    connection.ongap = () => shown.push('gap');
  })()`);
  await expect.poll(() => stateOf(page), patience).toBe('open');
}

async function openPage(context: BrowserContext, uid: string): Promise<Page> {
  const page = await context.newPage();
  await page.goto(stack.stack.outputs.PageUrl);
  await connect(page, uid);
  return page;
}

async function reload(page: Page, uid: string): Promise<void> {
  await page.reload();
  await connect(page, uid);
}

function shownIn(page: Page): Promise<Shown[]> {
  return page.evaluate<Shown[]>('shown');
}

function stateOf(page: Page): Promise<string> {
  return page.evaluate<string>('connection.status.state');
}

/** Pushes `{"uid":…,"n":<first>}` up to `last`, stored for `ttlSeconds`. */
async function pushStored(uid: string, first: number, last: number, ttl = '600'): Promise<void> {
  for (let n = first; n <= last; n++) {
    const response = await stack.request('POST', 'push', {
      body: JSON.stringify({ uid, n }),
      headers: { ttl },
    });
    expect(await response.json()).toMatchObject({ seq: n, stored: true, failed: 0 });
  }
}

/** Pushes one more message: when it is shown, whatever was to be shown before it has been. */
async function expectNothingBefore(n: number, uid: string, ...pages: Page[]): Promise<void> {
  const before = await Promise.all(pages.map(shownIn));
  await pushStored(uid, n, n);
  for (const [index, page] of pages.entries()) {
    await expect.poll(() => shownIn(page), patience).toEqual([...before[index]!, n]);
  }
}

/** Takes the network from the pages, as a tunnel does, until they know. */
async function goOffline(context: BrowserContext): Promise<void> {
  await context.setOffline(true);
  // Chromium lets open sockets live on.
  for (const id of stack.stack.gateway.connectionIds()) stack.stack.gateway.killSocket(id);
  for (const page of context.pages()) await expect.poll(() => stateOf(page), patience).toBe('waiting');
}

function upTo(last: number): number[] {
  return Array.from({ length: last }, (_, index) => index + 1);
}

async function expectExpired(uid: string, seq: number): Promise<void> {
  const state = async () => (await stack.json<MessageStatus>('GET', `uids/${uid}/messages/${seq}`)).state;
  await expect.poll(state, patience).toBe('expired');
}

describe('a page in Chromium', () => {
  test('that was offline shows the fifty messages of that time, in order, once, and none after a reload', async () => {
    const uid = 'tunnel';
    const context = await newContext();
    const page = await openPage(context, uid);
    await goOffline(context);
    await pushStored(uid, 1, 50);
    expect(await shownIn(page)).toEqual([]);

    await context.setOffline(false);
    await expect.poll(() => shownIn(page), patience).toEqual(upTo(50));
    await expectNothingBefore(51, uid, page);

    await reload(page, uid);
    expect(await shownIn(page)).toEqual([]);
    await expectNothingBefore(52, uid, page);
  });

  test('that comes back when what it misses has expired is told of the gap, and shows the rest', async () => {
    const uid = 'too late';
    const context = await newContext();
    const page = await openPage(context, uid);
    await pushStored(uid, 1, 2);
    await expect.poll(() => shownIn(page), patience).toEqual([1, 2]);
    await page.close();

    await pushStored(uid, 3, 4, '1');
    await pushStored(uid, 5, 6);
    await expectExpired(uid, 4);

    const returned = await openPage(context, uid);
    await expect.poll(() => shownIn(returned), patience).toEqual(['gap', 5, 6]);
    await expectNothingBefore(7, uid, returned);
  });
});

describe('two tabs of one origin', () => {
  test('each show everything once, and after a reload of either nothing again', async () => {
    const uid = 'two tabs';
    const context = await newContext();
    const tabs = [await openPage(context, uid), await openPage(context, uid)];
    const [first, second] = tabs as [Page, Page];
    await pushStored(uid, 1, 5);
    for (const tab of tabs) await expect.poll(() => shownIn(tab), patience).toEqual(upTo(5));

    await goOffline(context);
    await pushStored(uid, 6, 20);
    await context.setOffline(false);
    for (const tab of tabs) await expect.poll(() => shownIn(tab), patience).toEqual(upTo(20));

    await reload(first, uid);
    expect(await shownIn(first)).toEqual([]);
    await expectNothingBefore(21, uid, first, second);
    await reload(second, uid);
    expect(await shownIn(second)).toEqual([]);
    await expectNothingBefore(22, uid, first, second);
  });
});
