import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { type Connection, connect, type Message } from '../../../client/browser/index.ts';
import { aToken } from './setting.ts';

test('in Node it registers and receives over a real socket', async () => {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  await once(server, 'listening');
  onTestFinished(() => server.close());
  const closed = new Promise((resolve) => {
    server.on('connection', (socket) => {
      socket.once('message', (frame) => {
        const { uid } = JSON.parse(String(frame));
        const now = Date.now();
        const connectionExpiresAt = now + 7_200_000;
        socket.send(JSON.stringify({ type: 'registered', uid, connectionId: 'c', now, connectionExpiresAt }));
        socket.send('{"type":"message","id":"1","data":{"uid":"alice","text":"hello"}}');
      });
      socket.on('close', resolve);
    });
  });

  const { port } = server.address() as AddressInfo;
  const url = `ws://127.0.0.1:${port}`;
  const connection: Connection = connect({ url, identity: 'claimed', credential: () => 'alice', WebSocket });
  const message = await new Promise<Message>((resolve) => {
    connection.onmessage = resolve;
  });
  expect(connection.status).toEqual({ state: 'open', uid: 'alice' });
  expect(message.data).toEqual({ uid: 'alice', text: 'hello' });

  connection.close();
  await closed;
});

test('where there is no WebSocket, connect says so at once', () => {
  const { WebSocket } = globalThis;
  Reflect.deleteProperty(globalThis, 'WebSocket');
  onTestFinished(() => {
    if (WebSocket) globalThis.WebSocket = WebSocket;
  });

  expect(() => connect({ url: 'wss://push.test/live', credential: () => aToken })).toThrow(TypeError);
});
