import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import type { LocalStack } from '../../local/start.ts';
import type { Presence } from '../../protocol/answers/presence.ts';
import { launchChromium } from '../support/chromium.ts';
import { isInSight, messageCounts, registered } from './show-page-in-chromium.ts';
import { patience, startStack } from './stack.ts';

const desktop = { width: 1280, height: 800 };
const tablet = { width: 900, height: 800 };
const phone = { width: 390, height: 844 };
const answer = '{"uid":"u1","delivered":2,"gone":0,"failed":0}';

/** Names and words that are the same in every language. */
const sameInChinese = [
  'uidpush',
  'uid',
  'JSON',
  'POST',
  'push',
  'Ctrl',
  'Enter',
  'WebSocketUrl',
  'PushUrl',
  'TextEndpoint',
];

type Modules = [{ english: object }, { chinese: object; pageInChinese: object }];

let stack: LocalStack;
let browser: Browser;

beforeAll(async () => {
  stack = await startStack();
  browser = await launchChromium();
});

afterAll(async () => {
  await browser?.close();
  await stack?.stop();
});

beforeEach(async () => {
  await expect.poll(() => stack.gateway.connectionIds(), patience).toEqual([]);
  for (const uid of ['u1', 'u2']) await expect.poll(() => connectionsOf(uid), patience).toBe(0);
});

describe.each([
  ['1280 × 800', desktop],
  ['900 px', tablet],
  ['390 px', phone],
])('the first click on Push, at %s', (_size, viewport) => {
  test('reaches both browsers of u1 and not the one of u2, and shows the answer without scrolling', async () => {
    const page = await openPage({ viewport });
    await registered(page);
    const statuses = page.locator('.browser .status');
    expect(await statuses.allTextContents()).toEqual(['u1', 'u1', 'u2'].map((uid) => `Registered as ${uid}`));

    await page.getByRole('button', { name: 'Push', exact: true }).click();

    await expect.poll(() => page.locator('.answer pre').textContent(), patience).toBe(answer);
    await expect.poll(() => messageCounts(page), patience).toEqual([1, 1, 0]);
    expect(await isInSight(page, '.answer pre')).toBe(true);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(
      viewport.width,
    );
  });

  test('shows at the answer what each browser got', async () => {
    const page = await openPage({ viewport });
    await registered(page);

    await page.getByRole('button', { name: 'Push', exact: true }).click();
    await expect.poll(() => messageCounts(page), patience).toEqual([1, 1, 0]);

    const isNarrow = viewport !== desktop;
    const counts = page.locator(isNarrow ? '.arrivals [data-part="count"]' : '.browser [data-part="count"]');
    expect(await counts.allTextContents()).toEqual(['1 arrived', '1 arrived', 'none yet']);
    expect(
      await isInSight(page, isNarrow ? '.arrivals li:last-child' : '.browser:last-child .messages'),
    ).toBe(true);
  });
});

describe.each([
  ['1280 × 800', desktop],
  ['390 px', phone],
])('each browser is a device of its own, at %s', (_size, viewport) => {
  test('so u1 is pushed to but for the browser that is left out, which the answer counts', async () => {
    const page = await openPage({ viewport });
    await registered(page);
    const devices = async () => (await presenceOf('u1')).connections.map(({ device }) => device);
    expect(new Set(await devices()).size).toBe(2);

    await page.getByLabel('But not to').selectOption('Browser 1');
    await page.getByRole('button', { name: 'Push', exact: true }).click();
    await page.getByText('Delivered to 1 connection; 1 connection left out.').waitFor();
    await expect.poll(() => messageCounts(page), patience).toEqual([0, 1, 0]);
    expect(await isInSight(page, '.answer pre')).toBe(true);

    await page.getByRole('button', { name: 'Remove Browser 1' }).click();
    expect(await page.getByLabel('But not to').inputValue()).toBe('');
  });
});

describe('the language of the show page', () => {
  test.each(['zh-CN', 'zh-TW', 'zh'])('is Chinese in a browser for %s, in every word', async (locale) => {
    const page = await openPage({ locale });
    await registered(page);
    await page.getByRole('button', { name: '推送', exact: true }).click();
    await page.getByText('已送达 2 个连接。').waitFor();

    expect(await page.evaluate(() => document.documentElement.lang)).toBe('zh-CN');
    const names = [...sameInChinese, 'English'];
    expect((await latinWords(page)).filter((word) => !names.includes(word))).toEqual([]);
  });

  test.each(['en-US', 'de-DE'])('is English in a browser for %s', async (locale) => {
    const page = await openPage({ locale });
    await page.getByText('Nothing pushed yet.').waitFor();
    expect(await page.evaluate(() => document.documentElement.lang)).toBe('en');
  });

  test('is changed by a link, which keeps the uids of the address', async () => {
    const page = await openPage({}, '?uid=nina&uid=otto');
    await page.getByRole('link', { name: '中文' }).click();
    await page.locator('.browser', { hasText: '已注册为 nina' }).waitFor();
    await page.locator('.browser', { hasText: '已注册为 otto' }).waitFor();
    await page.getByRole('link', { name: 'English' }).click();
    await page.locator('.browser', { hasText: 'Registered as nina' }).waitFor();
  });

  test('says the same things in both', async () => {
    const page = await openPage({});
    const modules = await page.evaluateHandle<Modules>(
      "Promise.all([import('/words-english.js'), import('/words-chinese.js')])",
    );
    const keys = await modules.evaluate(([{ english }, { chinese, pageInChinese }]) => {
      const keysOf = (value: object, path = ''): string[] =>
        Object.entries(value).flatMap(([key, inner]) =>
          typeof inner === 'object' ? keysOf(inner, `${path}${key}.`) : [`${path}${key}`],
        );
      const roots = [
        document,
        ...Array.from(document.querySelectorAll('template'), ({ content }) => content),
      ];
      const marked = roots.flatMap((root) =>
        Array.from(root.querySelectorAll<HTMLElement>('[data-words], [data-label]'), ({ dataset }) => [
          dataset.words,
          dataset.label,
        ]),
      );
      return {
        english: keysOf(english),
        chinese: keysOf(chinese),
        page: [...new Set(marked.flat().filter((key) => key !== undefined))].sort(),
        pageInChinese: keysOf(pageInChinese).sort(),
      };
    });
    expect(keys.chinese).toEqual(keys.english);
    expect(keys.pageInChinese).toEqual(keys.page);
  });
});

test.each([
  ['light', 'dark'],
  ['dark', 'light'],
] as const)('the show page is %s where the browser is', async (colorScheme, other) => {
  const [page, opposite] = [await openPage({ colorScheme }), await openPage({ colorScheme: other })];
  const lightness = (of: Page) =>
    of.evaluate(() => Number(/\d+/.exec(getComputedStyle(document.body).backgroundColor)?.[0]));
  const difference = (await lightness(page)) - (await lightness(opposite));
  expect(colorScheme === 'light' ? difference : -difference).toBeGreaterThan(128);
});

test('each browser has a storage of its own: a new one of u1 gets the stored message that the others have', async () => {
  const page = await openPage({});
  await registered(page);
  await page.getByLabel('Store for').fill('60');
  await page.getByRole('button', { name: 'Push', exact: true }).click();
  await expect.poll(() => messageCounts(page), patience).toEqual([1, 1, 0]);

  await page.getByRole('button', { name: 'Add a browser' }).click();
  await page.getByRole('region', { name: 'Browser 4' }).getByLabel('uid', { exact: true }).fill('u1');
  await page.keyboard.press('Enter');

  await expect.poll(() => messageCounts(page), patience).toEqual([1, 1, 0, 1]);
});

async function openPage(options: BrowserContextOptions, query = ''): Promise<Page> {
  const context = await browser.newContext({ viewport: desktop, locale: 'en-US', ...options });
  onTestFinished(() => context.close());
  const page = await context.newPage();
  page.setDefaultTimeout(patience.timeout);
  await page.goto(`${stack.outputs.PageUrl}${query}`);
  return page;
}

/** Of everything that the page says, seen or read aloud, but not what is typed, sent or an address. */
function latinWords(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const said: string[] = [];
    for (const element of document.body.querySelectorAll('*')) {
      if (element.closest('pre, textarea, footer dd, script, noscript, template, .online ul')) continue;
      for (const name of ['aria-label', 'title', 'placeholder']) said.push(element.getAttribute(name) ?? '');
      for (const node of element.childNodes)
        if (node.nodeType === Node.TEXT_NODE) said.push(node.textContent ?? '');
    }
    return [...new Set(said.join(' ').match(/[A-Za-z]{2,}/g))];
  });
}

async function connectionsOf(uid: string): Promise<number> {
  return (await presenceOf(uid)).connections.length;
}

async function presenceOf(uid: string): Promise<Presence> {
  const response = await fetch(`${stack.outputs.PushUrl}uids/${uid}`);
  return (await response.json()) as Presence;
}
