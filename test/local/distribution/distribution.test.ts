import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { WebSocketServer } from 'ws';
import { type Distribution, startDistribution } from '../../../local/distribution/distribution.ts';
import { QueueingClient } from '../../support/queueing-client.ts';

const originServer = createServer();
const sockets = new WebSocketServer({ noServer: true });
const received: { path: string | undefined; headers: IncomingHttpHeaders }[] = [];
let distribution: Distribution;

beforeAll(async () => {
  originServer.on('upgrade', (request, socket, head) => {
    received.push({ path: request.url, headers: request.headers });
    if (request.url?.startsWith('/refused')) {
      socket.end('HTTP/1.1 403 Forbidden\r\ncontent-length: 2\r\n\r\nno');
      return;
    }
    sockets.handleUpgrade(request, socket, head, (webSocket) => {
      webSocket.on('message', (data) => webSocket.send(`back: ${data}`));
    });
  });
  originServer.listen(0, '127.0.0.1');
  await once(originServer, 'listening');
  distribution = await startDistribution({
    host: '127.0.0.1',
    port: 0,
    origin: `http://127.0.0.1:${(originServer.address() as AddressInfo).port}`,
    originHost: 'api.example.com',
    originHeaders: () => ({ 'x-secret': 'known' }),
    viewerRequestCode:
      'function handler(event) { if (event.request.uri === "/own") event.request.uri = "/stage"; return event.request; }',
  });
});
afterAll(async () => {
  await distribution.stop();
  originServer.close();
});

test('an upgrade goes on with its headers, but the host and what only the distribution says', async () => {
  const client = await QueueingClient.connect(`${distribution.url}/own?a=1`, {
    origin: 'https://app.example',
    headers: { 'x-secret': 'guessed' },
  });
  client.send('hello');
  expect(await client.next()).toBe('back: hello');
  await client.close();

  const { path, headers } = received.at(-1)!;
  expect(path).toBe('/stage?a=1');
  expect(headers).toMatchObject({
    host: 'api.example.com',
    origin: 'https://app.example',
    'x-secret': 'known',
    'sec-websocket-version': '13',
    'sec-websocket-key': expect.any(String),
  });
});

test('a refusal comes back as it is', async () => {
  await expect(QueueingClient.connect(`${distribution.url}/refused`)).rejects.toThrow('403');
});

test('what is no socket is refused', async () => {
  const response = await fetch(distribution.url.replace('ws:', 'http:'));
  expect(response.status).toBe(403);
});
