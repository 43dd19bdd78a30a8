import { expect, test } from 'vitest';
import { hour, message, Setting } from './setting.ts';

test('behind a Proxy, as in Vue’s ref, everything works', async () => {
  const setting = new Setting();
  const connection = new Proxy(setting.connection, {});
  const ids: string[] = [];
  connection.onmessage = ({ id }) => ids.push(id);
  await setting.registered();
  setting.socket.receive(message('1'));

  expect(connection.status).toEqual({ state: 'open', uid: 'alice' });
  expect(connection.connectionId).toBe('connection-1');
  expect(connection.onmessage).toBeTypeOf('function');
  expect(ids).toEqual(['1']);
  connection.close();
  expect(setting.connection.status.state).toBe('closed');
});

test('taken apart, its functions work', async () => {
  const setting = new Setting();
  const { status, close } = setting.connection;
  expect(status).toEqual({ state: 'connecting' });
  close();

  expect(setting.connection.status).toEqual({ state: 'closed', reason: 'close-called' });
});

test('whoever inherits from it, as a wrapper does, sees the connection', async () => {
  const setting = new Setting();
  const wrapper = Object.create(setting.connection);
  await setting.registered();

  expect(wrapper.status.state).toBe('open');
  expect(Object.keys(setting.connection)).toContain('status');
});

test('it tells the id of the connection in use, over replacements', async () => {
  const setting = new Setting();
  expect(setting.connection.connectionId).toBeUndefined();
  await setting.registered({ lifeMs: 10_000 });
  expect(setting.connection.connectionId).toBe('connection-1');
  await setting.pass(9_375);
  await setting.registered({ lifeMs: 2 * hour });
  expect(setting.connection.connectionId).toBe('connection-2');
  setting.socket.drop();
  await setting.pass(1_000);
  setting.sockets[0]!.drop();

  expect(setting.connection.connectionId).toBeUndefined();
});
