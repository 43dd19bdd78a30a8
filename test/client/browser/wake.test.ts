import { expect, test } from 'vitest';
import { hour, minute, Setting } from './setting.ts';

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

test('when the network returns, an open connection is pinged at once', async () => {
  const setting = new Setting();
  await setting.registered();
  await setting.pass(1_000);
  setting.goOnline();
  setting.goOnline();
  expect(setting.socket.sent.slice(1)).toEqual([ping]);
  await setting.pass(10_000);

  expect(setting.sockets).toHaveLength(2);
});

test('when a page becomes visible after its computer slept, the connection is pinged at once', async () => {
  const setting = new Setting();
  await setting.registered();
  setting.clock.sleep(6 * minute);
  setting.show('visible');

  expect(setting.socket.sent).toContainEqual(ping);
});

test('when a page becomes visible that was never silent for long, nothing is sent', async () => {
  const setting = new Setting();
  await setting.registered();
  await setting.pass(4 * minute);
  setting.show('visible');
  expect(setting.socket.sent).not.toContainEqual(ping);
  await setting.pass(1 * minute);

  expect(setting.socket.sent.slice(1)).toEqual([ping]);
});

test('a computer that slept without any event finds out within 30 seconds', async () => {
  const setting = new Setting();
  await setting.registered();
  setting.clock.sleep(3 * hour);
  await setting.pass(30_000);
  // It is pinged as silent, and replaced as too old.
  expect(setting.socket).not.toBe(setting.sockets[0]);
  expect(setting.sockets[0]?.sent).toContainEqual(ping);
  await setting.registered();
  await setting.pass(10_000);

  expect(setting.connection.status.state).toBe('open');
  expect(setting.sockets.map(({ isClosed }) => isClosed)).toEqual([true, false]);
});
