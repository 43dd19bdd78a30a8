import { expect, test } from 'vitest';
import { lingerTime, replacementDelay } from '../../../client/browser/replacement.ts';
import { hour, message, minute, Setting } from './setting.ts';
import { tokenOf } from './token-of.ts';

test('a connection is replaced 5 to 10 minutes before its 2 hours end', async () => {
  const registration = { now: 0, connectionExpiresAt: 2 * hour };
  expect(replacementDelay(registration, () => 0)).toBe(2 * hour - 5 * minute);
  expect(replacementDelay(registration, () => 1)).toBe(2 * hour - 10 * minute);

  const setting = new Setting();
  await setting.registered();
  for (let heartbeat = 0; heartbeat < 22; heartbeat++) {
    await setting.pass(5 * minute, minute);
    setting.socket.receive({ type: 'pong' });
  }
  expect(setting.sockets).toHaveLength(1);
  await setting.pass(2.5 * minute);
  expect(setting.sockets).toHaveLength(2);
});

test.each([
  ['a connection’s end counts when it is before that of the credential', 10_000, 24 * hour, 9_375],
  ['a credential’s end counts when it is before that of the connection', 2 * hour, 10_000, 9_375],
  ['a life that is nearly over is used for 5 seconds', 100, 100, 5_000],
  [
    'a connection never lives longer than 2 hours, whatever the service says',
    9 * hour,
    9 * hour,
    1.875 * hour,
  ],
  ['a life that is over is used for 5 seconds', -hour, -hour, 5_000],
])('%s', (_, lifeMs, credentialMs, delay) => {
  const now = Date.UTC(2026, 0, 31);
  const registration = {
    now,
    connectionExpiresAt: now + lifeMs,
    credentialExpiresAt: now + credentialMs,
  };

  expect(replacementDelay(registration, () => 0.5)).toBe(delay);
});

test('a replaced connection lingers for 5 seconds, or less when lives are short', () => {
  expect(lingerTime({ now: 0, connectionExpiresAt: 2 * hour })).toBe(5_000);
  expect(lingerTime({ now: 0, connectionExpiresAt: 10_000 })).toBe(500);
});

/** A connection whose replacement has opened, but not registered. */
async function beingReplaced(): Promise<Setting> {
  let asked = 0;
  const setting = new Setting({ credential: () => tokenOf({ jti: ++asked }) });
  await setting.registered({ lifeMs: 10_000 });
  await setting.pass(9_375);
  await setting.opened();
  expect(setting.sockets).toHaveLength(2);
  return setting;
}

test('the replacement registers with a fresh credential, and the page is told nothing', async () => {
  const setting = await beingReplaced();
  setting.register({ lifeMs: 10_000 });

  expect(setting.socket.sent).toEqual([{ action: 'register', token: tokenOf({ jti: 2 }), device: 'a tab' }]);
  expect(setting.states).toEqual(['open']);
});

test('the old connection stays until the new one has registered, and a moment longer', async () => {
  const setting = await beingReplaced();
  const [old] = setting.sockets;
  await setting.pass(500);
  expect(old?.isClosed).toBe(false);
  setting.register({ lifeMs: 10_000 });
  await setting.pass(499);
  expect(old?.isClosed).toBe(false);
  await setting.pass(1);

  expect(old?.isClosed).toBe(true);
  expect(setting.socket.isClosed).toBe(false);
});

test('messages are taken from both connections, and each is shown once', async () => {
  const setting = await beingReplaced();
  const [old, replacement] = setting.sockets;
  old?.receive(message('only on the old one'));
  replacement?.receive(message('before it registered'));
  old?.receive(message('before it registered'));
  setting.register({ lifeMs: 10_000 });
  old?.receive(message('on both'));
  replacement?.receive(message('on both'));
  replacement?.receive(message('only on the new one'));

  expect(setting.messages.map(({ id }) => id)).toEqual([
    'only on the old one',
    'before it registered',
    'on both',
    'only on the new one',
  ]);
});

test('a replacement that fails leaves the connection in use, and is tried again', async () => {
  const setting = await beingReplaced();
  setting.socket.drop();
  setting.sockets[0]?.receive(message('1'));
  expect(setting.texts).toHaveLength(1);
  await setting.pass(250);
  await setting.registered({ lifeMs: 10_000 });

  expect(setting.sockets).toHaveLength(3);
  expect(setting.states).toEqual(['open']);
});

test('when the connection ends while its replacement registers, the replacement goes on', async () => {
  const setting = await beingReplaced();
  setting.sockets[0]?.drop();
  expect(setting.states).toEqual(['open', 'connecting']);
  setting.register();

  expect(setting.states).toEqual(['open', 'connecting', 'open']);
  expect(setting.sockets).toHaveLength(2);
});

test('when the connection ends while its replacement waits, the page is told when it is tried again', async () => {
  const setting = await beingReplaced();
  setting.socket.drop();
  setting.sockets[0]?.drop();

  const retryAt = setting.clock.now() + 250;
  expect(setting.statuses.at(-1)).toEqual({ state: 'waiting', reason: 'connection-lost', retryAt });
});

test('with single sessions, our own replacement takes the place of the one in use, and the page is not refused', async () => {
  const setting = await beingReplaced();
  setting.sockets[0]?.receive({ type: 'error', code: 'replaced', message: 'A newer one.' });
  setting.register({ lifeMs: 10_000 });

  expect(setting.states).toEqual(['open', 'connecting', 'open']);
});

test('with single sessions, a newer connection of another page stops this one for good', async () => {
  const setting = new Setting();
  await setting.registered();
  setting.socket.receive({ type: 'error', code: 'replaced', message: 'A newer one.' });

  expect(setting.statuses.at(-1)).toMatchObject({ state: 'closed', reason: 'refused', code: 'replaced' });
});

test('a replacement that is refused stops for good: the page is not authorised any more', async () => {
  const setting = await beingReplaced();
  setting.socket.receive({ type: 'error', code: 'token-invalid', message: 'No.' });

  expect(setting.states).toEqual(['open', 'closed']);
  expect(setting.sockets.every(({ isClosed }) => isClosed)).toBe(true);
});

test('when the credential is another user’s, the old connection closes at once and the page is told', async () => {
  const setting = await beingReplaced();
  setting.register({ uid: 'bob' });
  setting.sockets[0]?.receive(message('for alice'));

  expect(setting.statuses).toEqual([
    { state: 'open', uid: 'alice' },
    { state: 'open', uid: 'bob' },
  ]);
  expect(setting.messages).toEqual([]);
});

test('the end of the connection that lingers is no trouble', async () => {
  const setting = await beingReplaced();
  setting.register({ lifeMs: 10_000 });
  setting.sockets[0]?.drop();
  await setting.pass(1_000);

  expect(setting.states).toEqual(['open']);
  expect(setting.sockets).toHaveLength(2);
});

test('a replacement that fails waits like the first failure, however often it failed to connect before', async () => {
  const setting = new Setting();
  for (let failure = 0; failure < 5; failure++) {
    await setting.pass(0);
    setting.socket.drop();
    await setting.pass(250 * 2 ** failure);
  }
  await setting.registered({ lifeMs: 10_000 });
  await setting.pass(9_375);
  setting.socket.drop();
  await setting.pass(250);

  expect(setting.sockets).toHaveLength(8);
  expect(setting.connection.status.state).toBe('open');
});

test('an old connection that answers a ping while it lingers closes all the same', async () => {
  const setting = new Setting({ heartbeatMs: 9_000 });
  await setting.registered({ lifeMs: 10_000 });
  await setting.pass(9_375);
  const [old] = setting.sockets;
  expect(old?.sent).toContainEqual({ action: 'ping' });
  await setting.registered({ lifeMs: 10_000 });
  old?.receive({ type: 'pong' });
  await setting.pass(500);

  expect(old?.isClosed).toBe(true);
});
