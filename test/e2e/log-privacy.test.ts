import { describe, expect, test } from 'vitest';
import { createToken } from '../../client/backend/create-token.ts';
import { isPrivate } from '../support/log-lines.ts';
import { routeRequests } from '../support/route-requests.ts';
import { patience, runStack } from './running-stack.ts';

/** In every text that is sent: messages, uids, paths, headers, tokens. */
const mark = 'Geheimnis';

const logged: string[] = [];
const stack = runStack({
  identity: 'token',
  context: { logLevel: 'debug', monitoring: 'true', pushAuth: 'secret', textSecret: 'true' },
  onLog: (_source, line) => logged.push(line),
});

function secrets() {
  const { PushSecretName = '', TokenSecretName = '', TextSecretName = '' } = stack.stack.outputs;
  return {
    push: stack.stack.secretValue(PushSecretName),
    token: stack.stack.secretValue(TokenSecretName),
    text: stack.stack.secretValue(TextSecretName),
  };
}

function send(method: string, path: string, body?: string, headers: Record<string, string> = {}) {
  return stack.request(method, path, {
    headers: { authorization: `Bearer ${secrets().push}`, ...headers },
    ...(body === undefined ? {} : { body }),
  });
}

/** Waits for a log line, so that what came before it has been written too. */
function expectLogged(...words: string[]): Promise<void> {
  const isThere = () => logged.some((line) => words.every((word) => line.includes(word)));
  return expect.poll(isThere, patience).toBe(true);
}

describe('what a stack logs at its most talkative', () => {
  const uid = `${mark}-uid`;
  const message = JSON.stringify({ uid, text: mark });

  test('of browsers: that they came, registered, were refused and left', async () => {
    const token = await createToken({ uid, secret: secrets().token });
    const framed = await stack.socket();
    framed.send(JSON.stringify({ action: 'register', token }));
    await framed.next();
    for (const frame of [{ action: 'replay', since: mark }, { action: 'ack', seq: mark }, { action: mark }]) {
      framed.send(JSON.stringify(frame));
    }
    const plain = await stack.socket();
    plain.send(token);
    const refused = await stack.socket();
    refused.send(JSON.stringify({ action: 'register', token: `${mark}.${mark}.${mark}` }));
    await refused.closed;
    await plain.close();

    await expectLogged('"registered"', '"isFramed":true');
    await expectLogged('"registered"', '"isFramed":false');
    await expectLogged('"register-refused"', '"token-malformed"');
    await expectLogged('"disconnected"', '"wasRegistered":true');
    await expectLogged('CloudWatchMetrics', '"TokenRefusals":1', '"Code":"token-malformed"');
  });

  test('of requests: each with its posts, whatever was asked for', async () => {
    const token = await createToken({ uid, secret: secrets().token });
    const browser = await stack.socket();
    browser.send(token);
    await expect.poll(() => stack.connectionsOf(uid), patience).toBeGreaterThan(0);

    await send('POST', 'push', message, { 'x-correlation-id': 'order:17' });
    await send('POST', 'push', `${message}\n{"uid":${mark}\n`, { 'content-type': 'application/x-ndjson' });
    await send('POST', 'push', message, {
      ttl: '60',
      'idempotency-key': mark,
      'x-correlation-id': `${mark}!`,
    });
    await send('POST', 'push', message, { ttl: mark });
    await send('POST', 'push', message, { authorization: `Bearer ${mark}` });
    await send('GET', `uids/${uid}?${mark}=1`);
    await send('GET', `${mark}/${mark}`);
    await send('POST', 'broadcast', mark);
    for (const { method, path, body, type } of routeRequests({ uid, id: mark })) {
      await send(method, path, body, type === undefined ? {} : { 'content-type': type });
    }

    await expectLogged('"post"', '"correlationId":"order:17"', '"status":200');
    await expectLogged('"request-unauthorised"');
    await expectLogged('"request"', '"method":"DELETE"', '"status":200');
    await expectLogged('CloudWatchMetrics', '"PushesDelivered"');
  });

  test('of lines over TCP: that they were pushed, and by which request', async () => {
    await stack.answersTo(JSON.stringify({ secret: secrets().text }), message, `{"uid":"${mark}`);

    const pushed = logged.map((line) => JSON.parse(line)).filter(({ event }) => event === 'push');
    expect(pushed).toMatchObject([{ level: 'debug', lines: 1 }]);
    await expectLogged('"request"', '"method":"POST"', pushed[0].correlationId);
  });

  test('of posts that fail', async () => {
    const token = await createToken({ uid: `${uid}-2`, secret: secrets().token });
    const browser = await stack.socket();
    browser.send(token);
    await expect.poll(() => stack.connectionsOf(`${uid}-2`), patience).toBe(1);
    stack.faults.post = () => ({ kind: 'server-error' });
    await send('POST', 'push', JSON.stringify({ uid: `${uid}-2`, text: mark }));
    delete stack.faults.post;

    await expectLogged('"post-failed"', '"status":500');
  });

  test('is no message, no uid, no token and no secret', async () => {
    expect(logged.length).toBeGreaterThan(20);
    for (const text of [mark, 'eyJ', ...Object.values(secrets())]) {
      expect(logged.filter((line) => line.includes(text))).toEqual([]);
    }
  });
});

test.each([
  '{"level":"error","event":"post-failed","detail":"hello, world"}',
  '{"level":"error","event":"post-failed","uid":"u1"}',
  'TypeError: "hello" is not a function\n    at handler',
  '{"_aws":{},"Service":"s","text":"hello"}',
  'hello',
])('a log line that could hold a message is noticed in every test of a whole stack: %s', (line) => {
  expect(isPrivate(line)).toBe(false);
});
