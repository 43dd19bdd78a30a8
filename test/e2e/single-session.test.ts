import { expect, test } from 'vitest';
import { QueueingClient } from '../support/queueing-client.ts';
import { patience, runStack } from './running-stack.ts';

const stack = runStack({ context: { sessions: 'single' } });

test('with single sessions a new registration of a uid closes its older browser', async () => {
  const older = await stack.browser('u1');
  const other = await stack.browser('u2');
  const newer = await QueueingClient.connect(stack.stack.outputs.WebSocketUrl);
  newer.send('u1');

  expect(await older.closed).toMatchObject({ code: 1000 });
  await expect.poll(() => stack.connectionsOf('u1'), patience).toBe(1);
  expect(await stack.push('{"uid":"u1"}')).toEqual({ uid: 'u1', delivered: 1, gone: 0, failed: 0 });
  expect(await newer.next()).toBe('{"uid":"u1"}');
  expect(await stack.push('{"uid":"u2"}')).toMatchObject({ delivered: 1 });
  expect(await other.next()).toBe('{"uid":"u2"}');
  await newer.close();
});

test('an older page that sends its uid once more closes nobody', async () => {
  const page = await stack.browser('repeats');
  const row = await stack.table.connectionsOf('repeats', Date.now());
  for (let count = 0; count < 5; count++) page.send('repeats');
  page.send('{"action":"ping"}');
  expect(await page.next()).toBe('{"type":"pong"}');
  const newer = await stack.socket();
  newer.send('repeats');
  for (let count = 0; count < 5; count++) page.send('repeats');

  expect(await page.closed).toMatchObject({ code: 1000 });
  newer.send('{"action":"ping"}');
  expect(await newer.next()).toBe('{"type":"pong"}');
  await expect.poll(() => stack.connectionsOf('repeats'), patience).toBe(1);
  const [kept] = await stack.table.connectionsOf('repeats', Date.now());
  expect(kept?.connectionId).not.toBe(row[0]?.connectionId);
});

test('of many that register at the same moment exactly one stays', async () => {
  const clients = await Promise.all(
    Array.from({ length: 8 }, () => QueueingClient.connect(stack.stack.outputs.WebSocketUrl)),
  );
  let closed = 0;
  for (const client of clients) {
    void client.closed.then(() => {
      closed += 1;
    });
    client.send('together');
  }

  await expect.poll(() => closed, patience).toBe(7);
  await expect.poll(() => stack.connectionsOf('together'), patience).toBe(1);
  expect(await stack.push('{"uid":"together"}')).toEqual({
    uid: 'together',
    delivered: 1,
    gone: 0,
    failed: 0,
  });
  await Promise.all(clients.map((client) => client.close()));
});

test('a browser that lost its rows, and registers again, takes no place of a newer one', async () => {
  const older = await stack.socket();
  older.send('{"action":"register","uid":"returns"}');
  await older.next();
  const [row] = await stack.table.connectionsOf('returns', Date.now());
  await stack.table.removeConnection('returns', row!.connectionId, row!);
  await stack.table.takeRegistration(row!.connectionId);
  const newer = await stack.browser('returns');
  older.send('{"action":"register","uid":"returns","again":true}');

  expect(await older.closed).toMatchObject({ code: 1000 });
  expect(older.waiting.some((frame) => frame.includes('"code":"replaced"'))).toBe(true);
  await expect.poll(() => stack.connectionsOf('returns'), patience).toBe(1);
  await stack.push('{"uid":"returns"}');
  expect(await newer.next()).toBe('{"uid":"returns"}');
});

test.each(['returns plain', '{"action":"register","uid":"returns framed"}'])(
  'a browser whose row was lost while a newer one registered, and that registers again, is closed: %s',
  async (text) => {
    const uid = text.startsWith('{') ? JSON.parse(text).uid : text;
    const older = await stack.socket();
    older.send(text);
    await expect.poll(() => stack.connectionsOf(uid), patience).toBe(1);
    const [row] = await stack.table.connectionsOf(uid, Date.now());
    // The registration is written after the row.
    await expect.poll(() => stack.table.registrationOf(row!.connectionId), patience).toBeDefined();
    await stack.table.removeConnection(uid, row!.connectionId);
    const newer = await stack.browser(uid);
    older.send(text);

    expect(await older.closed).toMatchObject({ code: 1000 });
    await expect.poll(() => stack.connectionsOf(uid), patience).toBe(1);
    await stack.push(JSON.stringify({ uid }));
    expect(await newer.next()).toBe(JSON.stringify({ uid }));
  },
);
