import { expect, test } from 'vitest';
import { WebSocket } from 'ws';
import type { Message } from '../../client/browser/index.ts';
import { openClient } from './open-client.ts';
import { patience, runStack } from './running-stack.ts';

const stack = runStack();

/** The shortest that a page may choose. */
const heartbeatMs = 1_000;

type Rows = 'both rows' | 'the uid’s row' | 'the registration';

/** A registered page, with what happens to its socket and what it gets. */
async function openPage(uid: string) {
  const sockets: WebSocket[] = [];
  /** The actions of the frames that it sent. */
  const sent: string[] = [];
  class WatchedWebSocket extends WebSocket {
    constructor(url: string) {
      super(url);
      sockets.push(this);
    }

    override send(text: string): void {
      sent.push(JSON.parse(text).action);
      super.send(text);
    }
  }
  const messages: Message[] = [];
  const connection = await openClient(stack.stack.outputs.WebSocketUrl, uid, {
    heartbeatMs,
    WebSocket: WatchedWebSocket,
    onmessage: (message) => messages.push(message),
  });
  const [row] = await stack.table.connectionsOf(uid, Date.now());
  return { connection, messages, sockets, sent, connectionId: row!.connectionId };
}

async function deleteByHand(uid: string, connectionId: string, rows: Rows): Promise<void> {
  if (rows !== 'the registration') await stack.table.removeConnection(uid, connectionId);
  if (rows !== 'the uid’s row') await stack.table.takeRegistration(connectionId);
}

function pushStored(uid: string, n: number): Promise<Response> {
  return stack.request('POST', 'push', { body: JSON.stringify({ uid, n }), headers: { ttl: '600' } });
}

async function isRegistered(uid: string, connectionId: string): Promise<boolean> {
  const rows = await stack.table.connectionsOf(uid, Date.now());
  const registration = await stack.table.registrationOf(connectionId);
  return rows.length === 1 && rows[0]!.connectionId === connectionId && registration !== undefined;
}

test.each<Rows>(['both rows', 'the uid’s row', 'the registration'])(
  'a page that lost %s by hand is registered again within three heartbeats, on its socket',
  async (rows) => {
    const uid = `lost ${rows}`;
    const { connection, messages, sockets, sent, connectionId } = await openPage(uid);
    await deleteByHand(uid, connectionId, rows);
    await pushStored(uid, 1);

    await expect.poll(() => isRegistered(uid, connectionId), patience).toBe(true);
    await expect.poll(() => messages.map(({ seq }) => seq), patience).toEqual([1]);
    const heartbeats = sent.slice(1, sent.lastIndexOf('register'));
    expect(heartbeats.length).toBeLessThanOrEqual(3);
    expect(sockets).toHaveLength(1);
    expect(connection.status).toEqual({ state: 'open', uid });
  },
);

test('a page whose uid has stored messages is registered again, and lacks none', async () => {
  const uid = 'with stored messages';
  const { messages, sockets, connectionId } = await openPage(uid);
  await pushStored(uid, 1);
  await expect.poll(() => messages.length, patience).toBe(1);
  await deleteByHand(uid, connectionId, 'both rows');
  await pushStored(uid, 2);
  await expect.poll(() => isRegistered(uid, connectionId), patience).toBe(true);
  await pushStored(uid, 3);

  await expect.poll(() => messages.map(({ seq }) => seq), patience).toEqual([1, 2, 3]);
  expect(sockets).toHaveLength(1);
});

test('any socket may ask, registered or not', async () => {
  const browser = await stack.socket();
  const ask = async (text: string) => {
    browser.send(text);
    return JSON.parse(await browser.next());
  };

  expect(await ask('{"action":"check"}')).toEqual({ type: 'checked', registered: false });
  await ask('{"action":"register","uid":"asks"}');
  expect(await ask('{"action":"check"}')).toEqual({ type: 'checked', registered: true, latest: 0 });
});
