import { expect, test } from 'vitest';
import { aToken, message, Setting } from './setting.ts';
import { tokenOf } from './token-of.ts';

test('the page’s token is sent in the register frame', async () => {
  const setting = new Setting({ credential: async () => aToken });
  await setting.opened();

  expect(setting.socket.url).toBe('wss://push.test/live');
  expect(setting.socket.sent).toEqual([{ action: 'register', token: aToken, device: 'a tab' }]);
});

test('where the identity is claimed, the uid itself is sent', async () => {
  const setting = new Setting({ identity: 'claimed', credential: () => 'alice' });
  await setting.opened();

  expect(setting.socket.sent).toEqual([{ action: 'register', uid: 'alice', since: 0, device: 'a tab' }]);
});

test('the page is told that it is open once the service has registered it, not when the socket opens', async () => {
  const setting = new Setting();
  await setting.opened();
  expect(setting.connection.status).toEqual({ state: 'connecting' });
  expect(setting.statuses).toEqual([]);

  setting.register();
  expect(setting.connection.status).toEqual({ state: 'open', uid: 'alice' });
  expect(setting.statuses).toEqual([{ state: 'open', uid: 'alice' }]);
});

test('messages are handed on in the order in which they arrive, also before the answer to register', async () => {
  const setting = new Setting();
  await setting.opened();
  setting.socket.receive(message('1'));
  setting.register();
  setting.socket.receive(message('2'));
  setting.socket.receive(message('3'));

  expect(setting.messages.map(({ id }) => id)).toEqual(['1', '2', '3']);
});

test('a push that arrives twice is shown once', async () => {
  const setting = new Setting();
  await setting.registered();
  setting.socket.receive(message('1'));
  setting.socket.receive(message('1'));

  expect(setting.messages).toHaveLength(1);
});

test.each([
  'token-invalid',
  'token-missing',
  'token-audience',
  'token-algorithm',
  'token-key',
  'token-too-large',
  'uid-unusable',
  'other-uid',
  'bad-frame',
  'a-code-of-a-later-version',
])('the error %s stops for good and tells why', async (code) => {
  const setting = new Setting();
  await setting.opened();
  setting.socket.receive({ type: 'error', code, message: 'No.' });
  setting.socket.drop();
  setting.goOnline();
  await setting.pass(60_000);

  expect(setting.statuses).toEqual([{ state: 'closed', reason: 'refused', code, message: 'No.' }]);
  expect(setting.connection.status).toEqual(setting.statuses[0]);
  expect(setting.sockets).toHaveLength(1);
  expect(setting.clock.pending).toBe(0);
  expect([setting.page.listeners, setting.page.document.listeners]).toEqual([0, 0]);
});

test.each(['token-expired', 'token-not-yet-valid', 'token-revoked', 'unavailable'])(
  'after the error %s it tries again with a fresh credential',
  async (code) => {
    let asked = 0;
    const setting = new Setting({ credential: () => tokenOf({ jti: ++asked }) });
    await setting.opened();
    setting.socket.receive({ type: 'error', code, message: 'Not now.' });
    setting.socket.drop();

    const retryAt = setting.clock.now() + 250;
    expect(setting.statuses).toEqual([{ state: 'waiting', reason: code, retryAt }]);
    await setting.pass(250);
    await setting.opened();
    expect(setting.socket.sent).toEqual([
      { action: 'register', token: tokenOf({ jti: 2 }), device: 'a tab' },
    ]);
  },
);

test('API Gateway’s own error frame in answer to register is trouble, and tried again', async () => {
  const setting = new Setting();
  await setting.opened();
  setting.socket.receive({ message: 'Internal server error', connectionId: 'c', requestId: 'r' });

  expect(setting.statuses).toMatchObject([{ state: 'waiting', reason: 'unavailable' }]);
  expect(setting.socket.isClosed).toBe(true);
});

test('frames that it does not know change nothing', async () => {
  const setting = new Setting();
  await setting.opened();
  for (const frame of ['', 'null', '5', 'plain text', '{"type":"later"}']) setting.socket.receive(frame);
  setting.register();

  expect(setting.states).toEqual(['open']);
  expect(setting.messages).toEqual([]);
});

test('the answer to register counts once', async () => {
  const setting = new Setting();
  await setting.registered();
  setting.register({ uid: 'bob' });
  await setting.pass(6_000);

  expect(setting.statuses).toEqual([{ state: 'open', uid: 'alice' }]);
  expect(setting.socket.isClosed).toBe(false);
});

test('what a handler throws is reported and stops nothing', async () => {
  const setting = new Setting();
  setting.connection.onstatus = () => {
    throw new Error('in onstatus');
  };
  setting.connection.onmessage = ({ id }) => {
    throw new Error(`in onmessage ${id}`);
  };
  await setting.registered();
  setting.socket.receive(message('1'));
  setting.socket.receive(message('2'));

  expect(setting.reported).toEqual([
    new Error('in onstatus'),
    new Error('in onmessage 1'),
    new Error('in onmessage 2'),
  ]);
  expect(setting.connection.status.state).toBe('open');
});

test.each(['https://push.test/live', 'push.test', ''])('the address "%s" is refused at once', (url) => {
  expect(() => new Setting({ url })).toThrow(TypeError);
});
