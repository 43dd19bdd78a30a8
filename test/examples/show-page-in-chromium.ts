import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { patience } from '../support/patience.ts';

/** Waits until all three browsers are. */
export async function registered(page: Page): Promise<void> {
  const open = page.locator('.browser [data-part="status"][data-state="open"]');
  await expect.poll(() => open.count(), patience).toBe(3);
}

/** Of each browser, those that it shows. */
export function messageCounts(page: Page): Promise<number[]> {
  return page
    .locator('.browser')
    .evaluateAll((panels) => panels.map((panel) => panel.querySelectorAll('.message').length));
}

/** Whether all of it is on the screen, as the page was before anyone scrolled. */
export function isInSight(page: Page, selector: string): Promise<boolean> {
  return page.locator(selector).evaluate((element) => {
    const { top, bottom, left, right } = element.getBoundingClientRect();
    return scrollY === 0 && top >= 0 && bottom <= innerHeight && left >= 0 && right <= innerWidth;
  });
}
