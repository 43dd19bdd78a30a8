import { expect, test } from 'vitest';
import { aToken, pageOfAlice, Setting } from './setting.ts';

/** A network that comes and goes every 5 ms, for so many milliseconds. */
async function flap(setting: Setting, milliseconds: number, each = () => {}): Promise<void> {
  for (let passed = 0; passed < milliseconds; passed += 5) {
    setting.goOffline();
    setting.goOnline();
    await setting.pass(0);
    each();
    await setting.pass(5);
  }
}

function registers({ sockets }: Setting): number {
  return sockets.flatMap(({ sent }) => sent).filter(({ action }) => action === 'register').length;
}

test('while the network comes and goes, a connection that passes its tests is replaced once a second at most', async () => {
  const setting = new Setting();
  await setting.registered();
  await flap(setting, 3_000, () => {
    const [used, replacement] = [setting.sockets[0]!, setting.sockets.at(-1)!];
    if (replacement !== used && !replacement.isClosed) replacement.open();
    used.receive({ type: 'pong' });
  });
  await setting.pass(5_000);

  expect(setting.sockets.length).toBeLessThanOrEqual(1 + 4);
  expect(registers(setting)).toBeLessThanOrEqual(1 + 4);
  expect(setting.connection.connectionId).toBe('connection-1');
  expect(setting.states).toEqual(['open']);
});

test('while it comes and goes, connections that die at each change are replaced once a second at most', async () => {
  const setting = new Setting();
  await setting.registered();
  await flap(setting, 3_000, () => {
    if (setting.socket.sent.length > 0) return;
    setting.socket.open();
    setting.register();
  });

  expect(setting.sockets.length).toBeGreaterThanOrEqual(1 + 3);
  expect(setting.sockets.length).toBeLessThanOrEqual(1 + 4);
  expect(registers(setting)).toBeLessThanOrEqual(1 + 4);
});

test.each([
  ['the network returns', (setting: Setting) => setting.goOnline()],
  ['the page becomes visible', (setting: Setting) => setting.show('visible')],
])('however often %s, an unreachable service is tried once a second', async (_what, wake) => {
  const setting = new Setting();
  for (let passed = 0; passed < 5_000; passed += 5) {
    wake(setting);
    await setting.pass(0);
    if (!setting.socket.isClosed) setting.socket.drop();
    await setting.pass(5);
  }

  expect(setting.sockets.length).toBeGreaterThanOrEqual(5);
  expect(setting.sockets.length).toBeLessThanOrEqual(7);
});

test('a wake-up that comes too early begins its attempt when the second is over, as the page is told', async () => {
  const setting = new Setting();
  setting.random = 0.1;
  await setting.pass(0);
  setting.socket.drop();
  setting.goOnline();
  await setting.pass(0);
  setting.socket.drop();
  const begun = setting.clock.now();
  setting.goOnline();
  setting.goOnline();
  expect(setting.connection.status).toMatchObject({ state: 'waiting', retryAt: begun + 1_000 });
  await setting.pass(999, 9);
  expect(setting.sockets).toHaveLength(2);
  await setting.pass(1);
  expect(setting.sockets).toHaveLength(3);

  expect(setting.states).toEqual(['waiting', 'connecting', 'waiting', 'waiting', 'connecting']);
});

test('a wake-up during an attempt that then fails begins the next one when the second is over', async () => {
  const setting = new Setting();
  await setting.pass(300);
  setting.goOnline();
  await setting.pass(100);
  setting.socket.drop();
  await setting.pass(599, 1);
  expect(setting.sockets).toHaveLength(1);
  await setting.pass(1);

  expect(setting.sockets).toHaveLength(2);
});

test('an attempt that began just before the network returned is begun anew once it has hung for a second', async () => {
  const setting = new Setting();
  await setting.pass(300);
  setting.goOnline();
  await setting.pass(699, 1);
  expect(setting.sockets).toHaveLength(1);
  await setting.pass(1);
  expect(setting.sockets).toHaveLength(2);
  await setting.pass(5_000);

  expect(setting.sockets).toHaveLength(2);
});

test('an attempt that began after the network returned is left alone', async () => {
  let answer: (token: string) => void = () => {};
  const setting = new Setting({ credential: () => new Promise((resolve) => (answer = resolve)) });
  await setting.pass(300);
  setting.goOnline();
  await setting.pass(100);
  answer(aToken);
  await setting.pass(5_000);

  expect(setting.sockets).toHaveLength(1);
  expect(setting.socket.isClosed).toBe(false);
});

test('a connection that stays in doubt after a wake-up that came too early is replaced when the second is over', async () => {
  const setting = new Setting();
  await setting.registered();
  setting.goOnline();
  await setting.pass(0);
  setting.sockets[0]!.receive({ type: 'pong' });
  await setting.pass(500);
  setting.goOnline();
  await setting.pass(499, 1);
  expect(setting.sockets).toHaveLength(2);
  await setting.pass(1);

  expect(setting.sockets).toHaveLength(3);
});

test('a wake-up that begins nothing does not hold up the next one', async () => {
  const setting = new Setting();
  await setting.registered();
  setting.show('visible');
  setting.goOffline();
  setting.goOnline();
  await setting.pass(0);

  expect(setting.sockets).toHaveLength(2);
});

test('after a sleep, the second is over', async () => {
  const setting = new Setting();
  await setting.pass(0);
  setting.socket.drop();
  setting.goOnline();
  await setting.pass(0);
  setting.socket.drop();
  setting.goOnline();
  setting.clock.suspend(1_000);
  setting.goOnline();
  await setting.pass(0);

  expect(setting.sockets).toHaveLength(3);
});

test.each(['close', 'reconnect'] as const)('a wake-up that waits ends with %s()', async (call) => {
  const setting = new Setting();
  await setting.registered();
  setting.goOnline();
  await setting.pass(0);
  setting.sockets[0]!.receive({ type: 'pong' });
  setting.goOnline();
  setting.connection[call]();
  await setting.pass(5_000);

  expect(setting.sockets).toHaveLength(call === 'close' ? 2 : 3);
});

test('a socket in use that registers again ends the attempt beside it', async () => {
  const setting = await pageOfAlice();
  await setting.pass(5_000);
  setting.socket.receive({ type: 'error', code: 'not-registered', message: 'not registered' });
  await setting.pass(0);
  setting.goOnline();
  setting.register();
  setting.connection.close();
  await setting.pass(5_000);

  expect(registers(setting)).toBe(2);
  expect(setting.sockets).toHaveLength(1);
});
