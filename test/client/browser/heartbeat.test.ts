import { expect, test } from 'vitest';
import { message, minute, Setting } from './setting.ts';

const ping = { action: 'ping' };

test('a connection that is silent for 5 minutes is pinged', async () => {
  const setting = new Setting();
  await setting.registered();
  await setting.pass(5 * minute - 1);
  expect(setting.socket.sent).not.toContainEqual(ping);
  await setting.pass(1);

  expect(setting.socket.sent.slice(1)).toEqual([ping]);
});

test('whatever is received counts as a sign of life', async () => {
  const setting = new Setting();
  await setting.registered();
  await setting.pass(4 * minute);
  setting.socket.receive(message('1'));
  await setting.pass(4 * minute);
  expect(setting.socket.sent).not.toContainEqual(ping);
  await setting.pass(1 * minute);

  expect(setting.socket.sent).toContainEqual(ping);
});

test.each([
  ['a pong', { type: 'pong' }],
  ['a message', message('1')],
  ['an error of API Gateway', { message: 'Internal server error', connectionId: 'c', requestId: 'r' }],
])(
  '%s after a ping shows that the connection lives, and it is asked again 5 minutes later',
  async (_, frame) => {
    const setting = new Setting();
    await setting.registered();
    await setting.pass(5 * minute + 9_000);
    setting.socket.receive(frame);
    await setting.pass(5 * minute);

    expect(setting.states).toEqual(['open']);
    expect(setting.socket.sent.slice(1)).toEqual([ping, ping]);
  },
);

test('without an answer for 10 seconds the connection is dead and made again at once', async () => {
  const setting = new Setting();
  await setting.registered();
  await setting.pass(5 * minute + 9_999);
  expect(setting.sockets).toHaveLength(1);
  await setting.pass(1);

  expect(setting.sockets).toHaveLength(2);
  expect(setting.sockets[0]?.isClosed).toBe(true);
  expect(setting.states).toEqual(['open', 'connecting']);
});

test('the heartbeat can be set', async () => {
  const setting = new Setting({ heartbeatMs: 1_000 });
  await setting.registered();
  await setting.pass(1_000);

  expect(setting.socket.sent).toContainEqual(ping);
});
