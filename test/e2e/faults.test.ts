import { afterEach, describe, expect, test } from 'vitest';
import { createPushClient } from '../../client/backend/index.ts';
import type { FunctionUrlFaults } from '../../local/function-url/function-url-faults.ts';
import type { TableFault, TableFaults } from '../../local/table/table-faults.ts';
import { patience, runStack } from './running-stack.ts';

const tableFaults: TableFaults = {};
const functionUrlFaults: FunctionUrlFaults = {};
const stack = runStack({ tableFaults, functionUrlFaults });

afterEach(() => {
  delete tableFaults.request;
  delete functionUrlFaults.request;
});

/** The next request of this operation fails, and no other. */
function failOnce(operation: string, fault: TableFault): void {
  tableFaults.request = (name) => {
    if (name !== operation) return undefined;
    delete tableFaults.request;
    return fault;
  };
}

const passing: [string, TableFault][] = [
  ['refuses a request as too many', { kind: 'throttle' }],
  ['fails to do a request', { kind: 'server-error' }],
  ['does a request, and its answer is lost', { kind: 'lost-answer' }],
];

describe('when DynamoDB', () => {
  test.each(passing)('%s, a push is delivered all the same', async (uid, fault) => {
    const browser = await stack.browser(uid);
    failOnce('Query', fault);

    expect(await stack.push(`{"uid":"${uid}"}`)).toEqual({ uid, delivered: 1, gone: 0, failed: 0 });
    expect(await browser.next()).toBe(`{"uid":"${uid}"}`);
    expect(tableFaults.request).toBeUndefined();
  });

  test.each(passing)('%s, a browser is registered all the same, and once', async (what, fault) => {
    const uid = `registers while it ${what}`;
    const browser = await stack.socket();
    failOnce('PutItem', fault);
    browser.send(JSON.stringify({ action: 'register', uid }));

    expect(JSON.parse(await browser.next())).toMatchObject({ type: 'registered', uid });
    expect(tableFaults.request).toBeUndefined();
    expect(await stack.push(`{"uid":"${uid}"}`)).toEqual({ uid, delivered: 1, gone: 0, failed: 0 });
  });

  test('is slower than the register function may last, a browser that registers is told to try again', async () => {
    const browser = await stack.socket();
    tableFaults.request = () => ({ kind: 'delay', milliseconds: 9_000 });
    browser.send('{"action":"register","uid":"slow"}');

    expect(JSON.parse(await browser.next())).toMatchObject({ type: 'error', code: 'unavailable' });
    expect(await browser.closed).toMatchObject({ code: 1000 });
  });

  test.each(passing.slice(0, 2))(
    '%s, a browser that leaves is forgotten all the same',
    async (what, fault) => {
      const uid = `leaves while it ${what}`;
      const browser = await stack.browser(uid);
      failOnce('DeleteItem', fault);
      await browser.close();

      await expect.poll(() => tableFaults.request, patience).toBeUndefined();
      await expect.poll(() => stack.connectionsOf(uid), patience).toBe(0);
    },
  );

  test('loses the answer that says whose a closed connection was, the next push forgets it', async () => {
    const browser = await stack.browser('left');
    failOnce('DeleteItem', { kind: 'lost-answer' });
    await browser.close();
    await expect.poll(() => tableFaults.request, patience).toBeUndefined();

    await expect
      .poll(async () => [await stack.push('{"uid":"left"}'), await stack.connectionsOf('left')], patience)
      .toEqual([{ uid: 'left', delivered: 0, gone: 0, failed: 0 }, 0]);
  });
});

describe.each([429, 502] as const)('when the push URL answers %d', (status) => {
  function failNext(count: number): void {
    functionUrlFaults.request = () => (count-- > 0 ? status : undefined);
  }

  test('a line is answered fail, and the next one on its connection is pushed', async () => {
    const uid = `line ${status}`;
    const browser = await stack.browser(uid);
    failNext(1);
    const sender = await stack.sender();
    sender.send(`{"uid":"${uid}","n":1}\n`);
    expect(await sender.answers(1)).toEqual(['fail']);
    sender.send(`{"uid":"${uid}","n":2}\n`);

    expect(await sender.answers(1)).toEqual(['ok']);
    expect(await browser.next()).toBe(`{"uid":"${uid}","n":2}`);
  });

  test('a push with retries is done once, in the end', async () => {
    const uid = `push ${status}`;
    const browser = await stack.browser(uid);
    failNext(2);
    const client = createPushClient({ url: stack.stack.outputs.PushUrl });

    expect(await client.push({ uid }, { retries: 2 })).toMatchObject({ delivered: 1 });
    await stack.push(`{"uid":"${uid}","n":2}`);
    expect([await browser.next(), await browser.next()]).toEqual([
      `{"uid":"${uid}"}`,
      `{"uid":"${uid}","n":2}`,
    ]);
  });
});
