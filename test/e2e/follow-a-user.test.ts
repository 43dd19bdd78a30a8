import { expect, test } from 'vitest';
import { createToken } from '../../client/backend/create-token.ts';
import { uidHash } from '../../protocol/uid-hash.ts';
import { patience, runStack } from './running-stack.ts';

const logged: Record<string, unknown>[] = [];
const lines: string[] = [];
const stack = runStack({
  identity: 'token',
  context: { logLevel: 'info' },
  onLog: (_source, line) => {
    lines.push(line);
    if (line.startsWith('{')) logged.push(JSON.parse(line));
  },
});

function eventsOf(uid: string): unknown[] {
  const hash = uidHash(uid, stack.stack.outputs.UidHashKey ?? '');
  return logged.filter((line) => line.uidHash === hash).map(({ event }) => event);
}

async function register(uid: string, options: { now?: () => number } = {}) {
  const secret = stack.stack.secretValue(stack.stack.outputs.TokenSecretName ?? '');
  const browser = await stack.socket();
  const token = await createToken({ uid, secret, ttlSeconds: 60, ...options });
  browser.send(JSON.stringify({ action: 'register', token }));
  await browser.next();
  return browser;
}

test('a user’s lines are found by the hash of the uid, and no line has the uid', async () => {
  const uid = 'whom-it-may-concern';
  // Functions write side by side, so each line is waited for before another function is called.
  const expected: string[] = [];
  const expectNext = (event: string) => {
    expected.push(event);
    return expect.poll(() => eventsOf(uid), patience).toEqual(expected);
  };
  const browser = await register(uid);
  await expectNext('registered');
  await stack.push(JSON.stringify({ uid }));
  await expectNext('pushed');
  await browser.close();
  await expectNext('disconnected');

  await stack.request('DELETE', `uids/${uid}`);
  await expectNext('disconnected-uid');
  await register(uid, { now: () => Date.now() - 3_600_000 });
  await expectNext('register-refused');
  expect(eventsOf('another')).toEqual([]);
  expect(lines.join('\n')).not.toContain(uid);
});

test('a token that nobody signed names nobody', async () => {
  const browser = await stack.socket();
  const forged = await createToken({
    uid: 'forged',
    secret: 'a-secret-that-is-not-the-stack’s-own'.replace('’', ''),
  });
  browser.send(JSON.stringify({ action: 'register', token: forged }));
  expect(JSON.parse(await browser.next())).toMatchObject({ code: 'token-signature' });

  await expect.poll(() => logged.map(({ code }) => code), patience).toContain('token-signature');
  expect(eventsOf('forged')).toEqual([]);
});
