import { expect, test } from 'vitest';
import { aToken, hour, minute, pageOfAlice, Setting, stored } from './setting.ts';
import { tokenOf } from './token-of.ts';

const ping = { action: 'ping' };

async function waiting(): Promise<Setting> {
  const setting = new Setting();
  await setting.pass(0);
  setting.socket.drop();
  expect(setting.connection.status.state).toBe('waiting');
  return setting;
}

test('when the network returns, a page that waits tries at once', async () => {
  const setting = await waiting();
  setting.goOnline();
  await setting.pass(0);

  expect(setting.connection.status.state).toBe('connecting');
  expect(setting.sockets).toHaveLength(2);
});

test('when the page becomes visible, it tries at once; when it is hidden, it does not', async () => {
  const setting = await waiting();
  setting.show('hidden');
  await setting.pass(0);
  expect(setting.sockets).toHaveLength(1);
  setting.show('visible');
  await setting.pass(0);

  expect(setting.sockets).toHaveLength(2);
});

test('an attempt that was woken takes the place of the one that was to come', async () => {
  const setting = await waiting();
  setting.goOnline();
  await setting.registered();
  await setting.pass(minute);

  expect(setting.sockets).toHaveLength(2);
});

test('an attempt that is under way is left alone', async () => {
  const setting = new Setting();
  await setting.opened();
  setting.goOnline();
  setting.show('visible');
  await setting.pass(0);

  expect(setting.sockets).toHaveLength(1);
  expect(setting.socket.isClosed).toBe(false);
});

test('when the network returns, a dead connection is replaced at once, beside its test, and the page is told', async () => {
  const setting = new Setting();
  await setting.registered();
  await setting.pass(1_000);
  setting.goOnline();
  setting.goOnline();
  await setting.registered();

  expect(setting.sockets[0]!.sent.slice(1)).toEqual([ping]);
  expect(setting.sockets).toHaveLength(2);
  // Pushes may have been missed: a page that must be complete asks at each `open`.
  expect(setting.states).toEqual(['open', 'open']);
  await setting.pass(20_000);
  expect(setting.states).toEqual(['open', 'open']);
  expect(setting.sockets.map(({ isClosed }) => isClosed)).toEqual([true, false]);
});

test('a connection that passes its test when the network returns is kept, and the page is told nothing', async () => {
  const setting = new Setting();
  await setting.registered();
  await setting.pass(1_000);
  setting.goOnline();
  await setting.opened();
  setting.sockets[0]!.receive({ type: 'pong' });
  setting.register();
  await setting.pass(20_000);

  expect(setting.states).toEqual(['open']);
  expect(setting.sockets.map(({ isClosed }) => isClosed)).toEqual([false, true]);
  expect(setting.connection.connectionId).toBe('connection-1');
});

test('a connection that passed its test is replaced in time all the same', async () => {
  const setting = new Setting();
  await setting.registered({ lifeMs: 10_000 });
  setting.goOnline();
  await setting.pass(0);
  setting.sockets[0]!.receive({ type: 'pong' });
  await setting.pass(9_375);
  await setting.registered();

  expect(setting.states).toEqual(['open']);
  expect(setting.connection.connectionId).toBe('connection-3');
});

test('when its replacement is due while it is in doubt, it is replaced, whether it passes or not', async () => {
  const setting = new Setting();
  await setting.registered({ lifeMs: 10_000 });
  await setting.pass(9_300);
  setting.goOnline();
  await setting.pass(100);
  setting.sockets[0]!.receive({ type: 'pong' });
  await setting.registered();

  expect(setting.connection.connectionId).toBe(`connection-${setting.sockets.length}`);
  expect(setting.sockets.length).toBeGreaterThan(1);
});

test('when the network goes, an open connection is tested at once, and found dead in 10 seconds', async () => {
  const setting = new Setting();
  await setting.registered();
  await setting.pass(1_000);
  setting.goOffline();
  expect(setting.socket.sent.slice(1)).toEqual([ping]);
  await setting.pass(9_999);
  expect(setting.connection.status.state).toBe('open');
  await setting.pass(1);

  expect(setting.connection.status.state).toBe('connecting');
});

test('when the network goes and the connection lives, as one to this computer does, nothing happens', async () => {
  const setting = new Setting();
  await setting.registered();
  setting.goOffline();
  setting.socket.receive({ type: 'pong' });
  await setting.pass(minute);

  expect(setting.states).toEqual(['open']);
  expect(setting.sockets).toHaveLength(1);
});

test.each(['online', 'visible'])(
  'when it is %s again, a socket that hangs for a second is given up',
  async (event) => {
    const setting = new Setting();
    await setting.pass(1_000);
    if (event === 'online') setting.goOnline();
    else setting.show('visible');
    await setting.registered();

    expect(setting.sockets).toHaveLength(2);
    expect(setting.sockets[0]!.isClosed).toBe(true);
    expect(setting.connection.status.state).toBe('open');
  },
);

test.each(['online', 'visible'])(
  'when it is %s again, a credential that hangs is asked for anew',
  async (event) => {
    let asked = 0;
    const hanging = new Promise<string>(() => {});
    const setting = new Setting({ credential: () => (++asked === 1 ? hanging : aToken) });
    await setting.pass(1_000);
    if (event === 'online') setting.goOnline();
    else setting.show('visible');
    await setting.registered();

    expect(asked).toBe(2);
    expect(setting.connection.status.state).toBe('open');
  },
);

test.each(['online', 'visible'])(
  'when it is %s again, a registration that hangs is begun anew',
  async (event) => {
    const setting = new Setting();
    await setting.opened();
    await setting.pass(1_000);
    if (event === 'online') setting.goOnline();
    else setting.show('visible');
    await setting.registered();

    expect(setting.sockets).toHaveLength(2);
  },
);

test.each(['online', 'visible'])('when it is %s again, the waits start anew', async (event) => {
  const setting = new Setting();
  setting.random = 1;
  for (const wait of [500, 1_000, 2_000, 4_000, 8_000]) {
    await setting.pass(0);
    setting.socket.drop();
    expect(setting.connection.status).toMatchObject({ retryAt: setting.clock.now() + wait });
    if (wait < 8_000) await setting.pass(wait, wait);
  }
  if (event === 'online') setting.goOnline();
  else setting.show('visible');
  await setting.pass(0);
  setting.socket.drop();

  expect(setting.connection.status).toMatchObject({ retryAt: setting.clock.now() + 500 });
});

test('when a page becomes visible after its computer slept, the connection is pinged at once', async () => {
  const setting = new Setting();
  await setting.registered();
  setting.clock.suspend(6 * minute);
  setting.show('visible');

  expect(setting.socket.sent).toContainEqual(ping);
});

test('when a page becomes visible on a dead connection, it finds out within 20 seconds', async () => {
  const setting = new Setting();
  await setting.registered();
  setting.show('hidden');
  await setting.pass(1_000);
  setting.show('visible');
  expect(setting.socket.sent).not.toContainEqual(ping);
  await setting.pass(9_000);
  expect(setting.socket.sent.slice(1)).toEqual([ping]);
  await setting.pass(10_000);

  expect(setting.connection.status.state).toBe('connecting');
});

test('a page that is shown and hidden all the time sends a ping every 10 seconds at most', async () => {
  const setting = new Setting();
  await setting.registered();
  for (let second = 0; second < 60; second++) {
    setting.show('hidden');
    setting.show('visible');
    if (setting.socket.sent.at(-1)?.action === 'ping') setting.socket.receive({ type: 'pong' });
    await setting.pass(1_000);
  }

  expect(setting.socket.sent.filter(({ action }) => action === 'ping').length).toBeLessThanOrEqual(6);
});

test.each([-hour, hour, -24 * hour])('with the clock set by %d ms, it is pinged in time', async (change) => {
  const setting = new Setting();
  await setting.registered();
  await setting.pass(minute);
  setting.clock.set(change);
  await setting.pass(4 * minute);

  expect(setting.socket.sent.slice(1)).toEqual([ping]);
  expect(setting.sockets).toHaveLength(1);
});

test('with the clock set back, a message that is missing is asked for again in time', async () => {
  const setting = await pageOfAlice();
  setting.socket.receive(stored(2));
  await setting.pass(300);
  setting.clock.set(-hour);
  await setting.pass(11_000);

  expect(setting.socket.sent.filter(({ action }) => action === 'replay')).toHaveLength(2);
});

test('a token is kept for half of its life, however the clock is set', async () => {
  let asked = 0;
  const setting = new Setting({
    credential: () => {
      asked += 1;
      return tokenOf({ exp: setting.clock.now() / 1_000 + 600 });
    },
  });
  for (let passed = 0; passed < 10; passed++) {
    await setting.pass(0);
    setting.socket.drop();
    setting.clock.set(-hour);
    await setting.pass(minute);
  }

  expect(asked).toBe(2);
});

test('a computer that slept without any event finds out within 30 seconds', async () => {
  const setting = new Setting();
  await setting.registered();
  setting.clock.suspend(3 * hour);
  await setting.pass(30_000);
  // It is pinged as silent, and replaced as too old.
  expect(setting.socket).not.toBe(setting.sockets[0]);
  expect(setting.sockets[0]?.sent).toContainEqual(ping);
  await setting.registered();
  await setting.pass(10_000);

  expect(setting.connection.status.state).toBe('open');
  expect(setting.sockets.map(({ isClosed }) => isClosed)).toEqual([true, false]);
});
