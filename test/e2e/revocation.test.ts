import { SignJWT } from 'jose';
import { describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { createPushClient } from '../../client/backend/push-client.ts';
import { connect, type Status } from '../../client/browser/index.ts';
import { encodeUtf8 } from '../../protocol/utf8.ts';
import { patience, runStack } from './running-stack.ts';

const logged: string[] = [];
const stack = runStack({
  identity: 'token',
  context: { revocation: 'true', maxTokenSeconds: '3600' },
  onLog: (_source, line) => logged.push(line),
});

const seconds = () => Math.floor(Date.now() / 1_000);
const backend = () => createPushClient({ url: stack.stack.outputs.PushUrl });

function token(uid: string, issuedAt = seconds(), lifeSeconds = 600): Promise<string> {
  return new SignJWT({ sub: uid, iat: issuedAt, exp: issuedAt + lifeSeconds })
    .setProtectedHeader({ alg: 'HS256' })
    .sign(encodeUtf8(stack.stack.secretValue(stack.stack.outputs.TokenSecretName!)));
}

async function framed(credential: string) {
  const browser = await stack.socket();
  browser.send(JSON.stringify({ action: 'register', token: credential }));
  return { browser, answer: JSON.parse(await browser.next()) };
}

/** A plain page, once pushes reach it. */
async function plain(uid: string, credential: string) {
  const before = await stack.connectionsOf(uid);
  const browser = await stack.socket();
  browser.send(credential);
  await expect.poll(() => stack.connectionsOf(uid), patience).toBe(before + 1);
  return browser;
}

describe('logging a uid out for good', () => {
  test('closes its connections, and refuses their tokens on framed and plain sockets from then on', async () => {
    const old = await token('leaver', seconds() - 5);
    const page = await framed(old);
    const plainPage = await plain('leaver', old);

    const result = await backend().disconnect('leaver', { revoke: true });
    expect(result).toEqual({
      uid: 'leaver',
      closed: 2,
      gone: 0,
      failed: 0,
      revokedThrough: expect.any(String),
    });
    expect(JSON.parse(await page.browser.next())).toMatchObject({ type: 'error', code: 'disconnected' });
    expect((await page.browser.closed).code).toBe(1000);
    expect((await plainPage.closed).code).toBe(1000);

    const again = await framed(old);
    expect(again.answer).toMatchObject({ type: 'error', code: 'token-revoked' });
    expect((await again.browser.closed).code).toBe(1000);
    const plainAgain = await stack.socket();
    plainAgain.send(old);
    expect((await plainAgain.closed).code).toBe(1000);
    expect(await stack.push('{"uid":"leaver"}')).toMatchObject({ delivered: 0, gone: 0, failed: 0 });

    const fresh = await framed(await token('leaver', Date.parse(result.revokedThrough!) / 1_000 + 1));
    expect(fresh.answer).toMatchObject({ type: 'registered', uid: 'leaver' });
  });

  test('takes the time of the clock that signs, and refuses one that is not yet', async () => {
    const early = await token('early', seconds() - 100);
    await backend().disconnect('early', { revoke: new Date((seconds() - 50) * 1_000) });

    expect((await framed(early)).answer).toMatchObject({ code: 'token-revoked' });
    expect((await framed(await token('early', seconds() - 40))).answer).toMatchObject({ type: 'registered' });
    const inAnHour = new Date(Date.now() + 3_600_000);
    await expect(backend().disconnect('early', { revoke: inAnHour })).rejects.toMatchObject({
      code: 'invalid-request',
    });
  });

  test('leaves a page that logs in again in the same second with a token of the next', async () => {
    const statuses: Status[] = [];
    let isOut = false;
    const connection = connect({
      url: stack.stack.outputs.WebSocketUrl,
      credential: async () => {
        if (!isOut) await backend().disconnect('quick', { revoke: true });
        isOut = true;
        return token('quick');
      },
      WebSocket,
    });
    connection.onstatus = (status) => statuses.push(status);

    await expect.poll(() => connection.status.state).toBe('open');
    connection.close();
    const reasons = statuses.flatMap((status) => (status.state === 'waiting' ? [status.reason] : []));
    expect(reasons.filter((reason) => reason !== 'token-revoked')).toEqual([]);
  });

  test('needs tokens that say when they were issued and do not live too long', async () => {
    expect((await framed(await token('long', seconds(), 3_601))).answer).toMatchObject({
      code: 'token-claims',
    });
    expect((await framed(await token('long', seconds(), 3_600))).answer).toMatchObject({
      type: 'registered',
    });
    expect((await framed(await token('future', seconds() + 300))).answer).toMatchObject({
      code: 'token-not-yet-valid',
    });
  });
});

test('a blocked uid is refused whatever its token says, until the block ends', async () => {
  const page = await framed(await token('blocked'));
  const result = await backend().disconnect('blocked', { blockSeconds: 3_600 });
  expect(result).toMatchObject({ closed: 1, blockedUntil: expect.any(String) });
  expect((await page.browser.closed).code).toBe(1000);

  const again = await framed(await token('blocked', seconds() + 20));
  expect(again.answer).toMatchObject({ type: 'error', code: 'blocked' });
  expect((await again.browser.closed).code).toBe(1000);
  const plainAgain = await stack.socket();
  plainAgain.send(await token('blocked'));
  expect((await plainAgain.closed).code).toBe(1000);

  expect(await backend().disconnect('blocked', { blockSeconds: 0 })).toMatchObject({ closed: 0 });
  expect((await framed(await token('blocked'))).answer).toMatchObject({ type: 'registered' });
});

test('of a plain socket, a refused token closes it, and data that comes beside its token does not', async () => {
  const refused = await stack.socket();
  refused.send(await token('refused', seconds() - 1_000));
  expect((await refused.closed).code).toBe(1000);

  const page = await stack.socket();
  page.send(await token('talks'));
  page.send('{"type":"hello"}');
  await expect.poll(() => stack.connectionsOf('talks'), patience).toBe(1);
  expect(await stack.push('{"uid":"talks"}')).toMatchObject({ delivered: 1 });
  expect(await page.next()).toBe('{"uid":"talks"}');
});
