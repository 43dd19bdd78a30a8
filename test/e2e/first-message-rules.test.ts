import { SignJWT } from 'jose';
import { describe, expect, test } from 'vitest';
import { patience, runStack } from './running-stack.ts';

describe('pages that send a JSON object first, where uids are claimed', () => {
  const stack = runStack({
    context: { firstMessageMember: 'uid', ignoredFirstMessages: 'ping,{"type":"pong"}' },
  });

  test('register by its member, after heartbeats, and get messages as they are', async () => {
    const browser = await stack.socket();
    browser.send('ping');
    browser.send('{"type":"pong"}');
    browser.send('{"type":"login","uid":9007199254740993}');
    await expect.poll(() => stack.connectionsOf('9007199254740993'), patience).toBe(1);

    expect(await stack.push('{"uid":9007199254740993,"hi":1}')).toMatchObject({ delivered: 1 });
    expect(await browser.next()).toBe('{"uid":9007199254740993,"hi":1}');
    for (const nobody of ['ping', '{"type":"pong"}']) expect(await stack.connectionsOf(nobody)).toBe(0);
  });

  test('stay open when it names nobody, and may still register', async () => {
    const browser = await stack.socket();
    browser.send('{"type":"say","text":"hi"}');
    browser.send('{"type":"login","uid":"u2"}');
    await expect.poll(() => stack.connectionsOf('u2'), patience).toBe(1);
    expect(await stack.connectionsOf('{"type":"say","text":"hi"}')).toBe(0);
  });

  test('and those that send the uid as it is register as before', async () => {
    await stack.browser('u3');
    expect(await stack.push('{"uid":"u3"}')).toMatchObject({ delivered: 1 });
  });
});

describe('where they are proven', () => {
  const stack = runStack({ context: { identity: 'token', firstMessageMember: 'token' } });

  test('the member is a token, and another one is refused', async () => {
    const secret = Buffer.from(stack.stack.secretValue(stack.stack.outputs.TokenSecretName ?? ''));
    const token = await new SignJWT({ sub: 'u1' })
      .setProtectedHeader({ alg: 'HS256' })
      .setExpirationTime('1h')
      .sign(secret);
    const browser = await stack.socket();
    browser.send(JSON.stringify({ type: 'login', token }));
    await expect.poll(() => stack.connectionsOf('u1'), patience).toBe(1);

    const stranger = await stack.socket();
    stranger.send(JSON.stringify({ type: 'login', token: `${token}x` }));
    expect(await stranger.closed).toMatchObject({ code: 1000 });
  });
});
