import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import type { Status } from '../../client/browser/index.ts';
import { pageUnder } from '../support/client-page.ts';

/** The first statuses of a connection to a port at which nothing listens. */
async function statusesOf(page: Page, count: number): Promise<(Status & { why?: string })[]> {
  return page.evaluate(`(async () => {
    const { connect } = await import('/uidpush.js');
    const statuses = [];
    // Nothing listens at the port for nothing.
    const connection = connect({ url: 'ws://127.0.0.1:9/live', identity: 'claimed', credential: () => 'alice' });
    return new Promise((resolve) => {
      connection.onstatus = (status) => {
        statuses.push({ ...status, why: status.cause?.message });
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
});

test('one that nobody listens for is unreachable without a cause, once for each attempt', async () => {
  const page = await pageUnder("default-src 'self' 'unsafe-eval'; connect-src *");
  const statuses = await statusesOf(page, 3);

  expect(statuses.map(({ state }) => state)).toEqual(['waiting', 'connecting', 'waiting']);
  expect(statuses.map(({ why }) => why)).toEqual([undefined, undefined, undefined]);
});
