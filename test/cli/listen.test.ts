import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';
import { startUidpush } from './uidpush.ts';

let server: WebSocketServer;

beforeEach(async () => {
  server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  await once(server, 'listening');
});
afterEach(async () => {
  for (const socket of server.clients) socket.terminate();
  const closed = once(server, 'close');
  server.close();
  await closed;
});

/** The command, the service's end of its connection, and what it registered as. */
async function listening(...args: string[]) {
  const { port } = server.address() as AddressInfo;
  const connected = once(server, 'connection') as Promise<[WebSocket]>;
  const command = startUidpush(['listen', ...args], { UIDPUSH_WEBSOCKET_URL: `ws://127.0.0.1:${port}` });
  const [socket] = await connected;
  const [first] = await once(socket, 'message');
  return { ...command, socket, registration: String(first) };
}

describe('uidpush listen', () => {
  it('registers with the raw uid and prints what arrives', async () => {
    const { socket, registration, ended } = await listening('ü 1', '--count', '2');
    expect(registration).toBe('ü 1');
    for (const message of ['{"n": 1}', 'any text', 'one too many']) socket.send(message);

    expect(await ended).toMatchObject({ exitCode: 0, output: '{"n": 1}\nany text\n' });
  });

  it('ends with 0 on Ctrl-C', async () => {
    const { child, ended } = await listening('u1');
    child.kill('SIGINT');

    expect(await ended).toMatchObject({ exitCode: 0, output: '' });
  });

  it('ends with 1 when fewer messages came than were wanted', async () => {
    const { child, ended } = await listening('u1', '--count', '1');
    child.kill('SIGINT');

    expect(await ended).toMatchObject({ exitCode: 1 });
  });

  it('ends with 3 when the service closes the connection', async () => {
    const { socket, ended } = await listening('u1');
    socket.close(1001);

    expect(await ended).toMatchObject({ exitCode: 3, notes: expect.stringContaining('closed with 1001') });
  });

  it('ends with 3 when there is nothing to listen to', async () => {
    const { ended } = startUidpush(['listen', 'u1'], { UIDPUSH_WEBSOCKET_URL: 'ws://127.0.0.1:1' });

    expect(await ended).toMatchObject({ exitCode: 3, notes: expect.stringContaining('ECONNREFUSED') });
  });
});
