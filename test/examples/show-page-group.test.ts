import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import type { GroupPage } from '../../protocol/answers/groups.ts';
import { runStack } from '../e2e/running-stack.ts';
import { launchChromium } from '../support/chromium.ts';
import { patience } from '../support/patience.ts';
import { messageCounts, registered } from './show-page-in-chromium.ts';

const stack = runStack({ context: { groups: 'true', claimedGroups: 'true' } });
let browser: Browser;
beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(() => browser?.close());

async function connectionsInGroup(): Promise<number | undefined> {
  return (await stack.json<GroupPage>('GET', 'groups/room')).connections;
}

test.each([
  { width: 1280, height: 800 },
  { width: 390, height: 844 },
])(
  'the group is pushed to in the browsers that have joined it, and not in one that has left: %o',
  async (viewport) => {
    const page = await browser.newPage({ viewport, locale: 'en-US' });
    onTestFinished(() => page.close());
    page.setDefaultTimeout(patience.timeout);
    await page.goto(stack.stack.outputs.PageUrl);
    await registered(page);
    const inGroup = (name: string) => page.getByRole('region', { name }).getByLabel('In the group');
    const push = page.getByRole('button', { name: 'Push to the group' });
    await expect.poll(connectionsInGroup, patience).toBe(0);
    await push.click();
    await page.getByText('Nobody is in the group.').waitFor();

    for (const name of ['Browser 1', 'Browser 3']) await inGroup(name).check();
    await expect.poll(connectionsInGroup, patience).toBe(2);
    await push.click();
    await page.getByText('Delivered to 2 connections.').waitFor();
    await expect.poll(() => messageCounts(page), patience).toEqual([1, 0, 1]);

    await inGroup('Browser 1').uncheck();
    await expect.poll(connectionsInGroup, patience).toBe(1);
    await push.click();
    await page.getByText('Delivered to 1 connection.').waitFor();
    await expect.poll(() => messageCounts(page), patience).toEqual([1, 0, 2]);
  },
);
