import { expect, test } from 'vitest';
import { createToken } from '../../client/backend/create-token.ts';
import type { BroadcastAccepted, BroadcastStatus } from '../../protocol/answers/broadcasts.ts';
import { patience, runStack } from '../e2e/running-stack.ts';

// What docs/RUNBOOK.md says of its procedures, tried.

const events: string[] = [];
const stack = runStack({
  identity: 'token',
  // A page of the slowest broadcast is four items, and takes two seconds.
  context: { broadcastPostsPerSecond: '10' },
  onLog: (_, line) => events.push(/"event":"([\w-]+)"/.exec(line)?.[1] ?? line),
});

const secretName = () => stack.stack.outputs.TokenSecretName!;
const tokenFor = (uid: string) => createToken({ uid, secret: stack.stack.secretValue(secretName()) });

async function registered(uid: string, token: string) {
  const page = await stack.socket();
  page.send(JSON.stringify({ action: 'register', token }));
  expect(JSON.parse(await page.next())).toMatchObject({ type: 'registered', uid });
  return page;
}

async function broadcast(text: string): Promise<string> {
  const response = await stack.request('POST', 'broadcast', { body: text });
  return ((await response.json()) as BroadcastAccepted).broadcast;
}

test('End a broadcast: nothing more is posted, and the next broadcast is sent', async () => {
  const uids = Array.from({ length: 24 }, (_, index) => `listener-${index}`);
  const pages = await Promise.all(uids.map(async (uid) => registered(uid, await tokenFor(uid))));
  const wrong = await broadcast('"wrong"');
  await Promise.race(pages.map((page) => expect.poll(() => page.waiting, patience).not.toEqual([])));
  expect(await stack.json('DELETE', `broadcasts/${wrong}`)).toMatchObject({ state: 'stopped' });

  const next = await broadcast('"next"');
  const status = (id: string) => stack.json<BroadcastStatus>('GET', `broadcasts/${id}`);
  await expect
    .poll(() => status(next), { ...patience, interval: 200 })
    .toMatchObject({
      state: 'finished',
      delivered: pages.length,
    });
  const pagesWith = (text: string) =>
    pages.filter(({ waiting }) => waiting.some((frame) => JSON.parse(frame).data === text)).length;
  await expect.poll(() => pagesWith('next'), patience).toBe(pages.length);
  expect(pagesWith('wrong')).toBeLessThan(pages.length);
  expect(await status(wrong)).toMatchObject({ state: 'stopped' });
  await expect.poll(() => events, patience).toContain('broadcast-unknown');
});

test('Log somebody out: a token registers again after a kick, and after one new secret', async () => {
  const token = await tokenFor('leaver');
  const page = await registered('leaver', token);
  expect(await stack.json('DELETE', 'uids/leaver')).toMatchObject({ closed: 1 });
  await page.closed;
  await registered('leaver', token);

  stack.stack.putSecretValue(secretName(), 'the-second-secret-that-is-long-enough-for-HS256');
  await registered('leaver', token);
});
