import { expect, test } from 'vitest';
import { aToken, Setting } from './setting.ts';
import { tokenOf } from './token-of.ts';

test('a lost connection is made again, with a fresh credential', async () => {
  let asked = 0;
  const setting = new Setting({ credential: () => tokenOf({ jti: ++asked }) });
  await setting.registered();
  await setting.pass(10_000);
  setting.socket.drop();

  const retryAt = setting.clock.now() + 250;
  expect(setting.statuses.at(-1)).toEqual({ state: 'waiting', reason: 'connection-lost', retryAt });
  await setting.pass(249);
  expect(setting.sockets).toHaveLength(1);
  await setting.pass(1);
  await setting.registered();
  expect(setting.socket.sent).toEqual([{ action: 'register', token: tokenOf({ jti: 2 }), device: 'a tab' }]);
  expect(setting.states).toEqual(['open', 'waiting', 'connecting', 'open']);
});

test('each failure in a row doubles the wait, up to 30 seconds', async () => {
  const setting = new Setting();
  setting.random = 1;
  const waits: number[] = [];
  for (let attempt = 0; attempt < 9; attempt++) {
    await setting.pass(0);
    setting.socket.drop();
    const status = setting.connection.status;
    if (status.state !== 'waiting') throw new Error(`It is ${status.state}.`);
    expect(status.reason).toBe('unreachable');
    waits.push(status.retryAt - setting.clock.now());
    await setting.pass(waits.at(-1)!, waits.at(-1));
  }

  expect(waits).toEqual([500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000]);
});

test('a connection that is lost right after it registered counts as one more failure', async () => {
  const setting = new Setting();
  setting.random = 1;
  await setting.registered();
  setting.socket.drop();
  await setting.pass(500);
  await setting.registered();
  await setting.pass(1_000);
  setting.socket.drop();

  expect(setting.connection.status).toMatchObject({ retryAt: setting.clock.now() + 1_000 });
});

test('a connection that was registered for a while lets the waits start anew', async () => {
  const setting = new Setting();
  setting.random = 1;
  await setting.pass(0);
  setting.socket.drop();
  await setting.pass(500);
  await setting.registered();
  await setting.pass(5_000);
  setting.socket.drop();

  expect(setting.connection.status).toMatchObject({ retryAt: setting.clock.now() + 500 });
});

test.each([
  [
    'throws',
    () => {
      throw new Error('no session');
    },
  ],
  ['rejects', () => Promise.reject(new Error('no session'))],
])('a credential that %s is asked for again, and the page is told what happened', async (_, fail) => {
  let asked = 0;
  const setting = new Setting({ credential: () => (++asked === 1 ? fail() : aToken) });
  await setting.pass(0);

  const cause = new Error('no session');
  const retryAt = setting.clock.now() + 250;
  expect(setting.statuses).toEqual([{ state: 'waiting', reason: 'credential-failed', retryAt, cause }]);
  await setting.pass(250);
  await setting.registered();
  expect(setting.connection.status.state).toBe('open');
});

test('a credential that does not come within 30 seconds is asked for again, and not used when it comes late', async () => {
  let give = (_: string) => {};
  const setting = new Setting({
    credential: () =>
      new Promise((resolve) => {
        give = resolve;
      }),
  });
  await setting.pass(30_000);
  expect(setting.connection.status).toMatchObject({ state: 'waiting', reason: 'credential-failed' });
  give('late');
  await setting.pass(0);

  expect(setting.sockets).toEqual([]);
});

test('a socket that does not open within 10 seconds is given up', async () => {
  const setting = new Setting();
  await setting.pass(9_999);
  expect(setting.connection.status.state).toBe('connecting');
  await setting.pass(1);

  expect(setting.connection.status).toMatchObject({ state: 'waiting', reason: 'no-answer' });
  expect(setting.socket.isClosed).toBe(true);
});

test('a service that does not answer register within 10 seconds is tried again on a new socket', async () => {
  const setting = new Setting();
  await setting.pass(5_000);
  setting.socket.open();
  await setting.pass(9_999);
  expect(setting.connection.status.state).toBe('connecting');
  await setting.pass(1);

  expect(setting.connection.status).toMatchObject({ state: 'waiting', reason: 'no-answer' });
  const given = setting.socket;
  setting.register();
  expect(setting.connection.status.state).toBe('waiting');
  expect(given.isClosed).toBe(true);
});
