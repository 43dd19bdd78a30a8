import { expect, test } from 'vitest';
import { createPushClient } from '../../client/backend/index.ts';
import { patience, runStack } from './running-stack.ts';

const stack = runStack();

/**
 * Who takes a request over must be sure that the one before is dead, which takes as long as a function may live. No
 * test can be quicker: functions go by the real time.
 */
test('ten requests with one idempotency key, whose functions die between storing and the answer, are one message when they are repeated', async () => {
  const uid = 'crashed';
  const browser = await stack.socket();
  browser.send(JSON.stringify({ action: 'register', uid }));
  expect(JSON.parse(await browser.next())).toMatchObject({ type: 'registered', latest: 0 });

  let posts = 0;
  let killed: Promise<number> | undefined;
  stack.faults.post = () => {
    posts += 1;
    if (posts > 1) return undefined;
    killed = stack.stack.functions.killSandboxes('UidPushFunction');
    return { kind: 'hang' };
  };
  const client = createPushClient({ url: stack.stack.outputs.PushUrl });
  const options = { ttlSeconds: 600, idempotencyKey: 'k1', retries: 20 };
  const pushing = Promise.all(Array.from({ length: 10 }, () => client.push({ uid }, options)));

  // It is stored, and nobody has an answer.
  await expect.poll(() => killed, patience).toBeDefined();
  expect(await killed).toBeGreaterThan(0);
  expect(await client.message(uid, 1)).toMatchObject({ state: 'stored' });

  const result = { uid, delivered: 1, gone: 0, failed: 0, seq: 1, stored: true };
  expect(await pushing).toEqual(Array.from({ length: 10 }, () => result));
  expect(posts).toBe(2);
  expect(JSON.parse(await browser.next())).toMatchObject({ type: 'message', seq: 1, data: { uid } });
  browser.send('{"action":"replay","since":1}');
  expect(JSON.parse(await browser.next())).toEqual({ type: 'replayed', through: 1, latest: 1 });
});
