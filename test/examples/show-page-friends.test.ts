import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { runStack } from '../e2e/running-stack.ts';
import { showPagePicture, showPageSource, showPageViews, sourceOf } from '../pictures/show-page.ts';
import { launchChromium } from '../support/chromium.ts';
import { patience } from '../support/patience.ts';
import { isInSight, registered } from './show-page-in-chromium.ts';

const stack = runStack({
  context: { presence: 'true', presenceGraceSeconds: '1', presenceWatch: 'true', claimedWatch: 'true' },
});
let browser: Browser;
beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(() => browser?.close());

/** What each browser says of the others' users, without the times. */
function friends(page: Page): Promise<string[][]> {
  return page
    .locator('.browser')
    .evaluateAll((panels) =>
      panels.map((panel) =>
        Array.from(panel.querySelectorAll('.friends li'), ({ textContent }) =>
          textContent.replace(/\d\d:\d\d:\d\d/, '…'),
        ),
      ),
    );
}

/** Once nobody is seen of the test before. */
async function open(viewport = { width: 1280, height: 800 }, locale = 'en-US'): Promise<Page> {
  const context = await browser.newContext({ viewport, locale });
  onTestFinished(() => context.close());
  await expect.poll(() => stack.json('GET', 'uids'), patience).toEqual({ uids: [] });
  const page = await context.newPage();
  page.setDefaultTimeout(patience.timeout);
  await page.goto(stack.stack.outputs.PageUrl);
  await registered(page);
  return page;
}

describe.each([
  { width: 1280, height: 800 },
  { width: 390, height: 844 },
])('each browser sees the users of the others come and go, at $width px', (viewport) => {
  test('and the answer to a push is in sight', async () => {
    const page = await open(viewport);
    const third = page.getByRole('region', { name: 'Browser 3' });
    await expect
      .poll(() => friends(page), patience)
      .toEqual([['u2 came at …'], ['u2 came at …'], ['u1 came at …']]);
    await page.getByRole('button', { name: 'Push', exact: true }).click();
    await page.getByText('Delivered to 2 connections.').waitFor();
    expect(await isInSight(page, '.answer pre')).toBe(true);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(
      viewport.width,
    );

    await third.getByRole('button', { name: 'Leave' }).click();
    await expect.poll(() => friends(page), patience).toEqual([['u2 left at …'], ['u2 left at …'], []]);

    await third.getByRole('button', { name: 'Register', exact: true }).click();
    await expect
      .poll(() => friends(page), patience)
      .toEqual([['u2 came at …'], ['u2 came at …'], ['u1 came at …']]);

    await page.getByRole('button', { name: 'Remove Browser 3' }).click();
    await expect.poll(() => friends(page), patience).toEqual([['u2 left at …'], ['u2 left at …']]);
  });
});

test('one of two browsers of a user leaves: it is no departure', async () => {
  const page = await open();
  await expect.poll(async () => (await friends(page))[2], patience).toEqual(['u1 came at …']);

  await page.getByRole('button', { name: 'Remove Browser 1' }).click();
  // Of this departure, which is later, the page learns.
  await page.getByRole('region', { name: 'Browser 3' }).getByRole('button', { name: 'Leave' }).click();
  await expect.poll(() => friends(page), patience).toEqual([['u2 left at …'], []]);
  await page.getByRole('button', { name: 'Register', exact: true }).click();
  await expect.poll(() => friends(page), patience).toEqual([['u2 came at …'], ['u1 came at …']]);
});

test('in Chinese too', async () => {
  const page = await open(undefined, 'zh-CN');
  await expect
    .poll(() => friends(page), patience)
    .toEqual([['u2 于 … 上线'], ['u2 于 … 上线'], ['u1 于 … 上线']]);
  await page.getByRole('button', { name: '离开' }).nth(2).click();
  await expect.poll(() => friends(page), patience).toEqual([['u2 于 … 离线'], ['u2 于 … 离线'], []]);
});

test.each(Object.entries(showPageViews))('%s is taken of this page', async (_name, view) => {
  const picture = await showPagePicture(browser, stack.stack.outputs.PageUrl, view);
  const page = await browser.newPage();
  onTestFinished(() => page.close());
  const size = await page.evaluate(async (base64) => {
    const image = await createImageBitmap(await (await fetch(`data:image/png;base64,${base64}`)).blob());
    return [image.width, image.height];
  }, picture.toString('base64'));
  expect(size).toEqual([1280, 800]);
  expect(sourceOf(picture)).toBe(showPageSource());
});
