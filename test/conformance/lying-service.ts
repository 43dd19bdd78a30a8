import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';
import { WebSocketServer } from 'ws';

/**
 * A service of claimed uids that says `delivered: 1` of every push, and prints what it pushes anew. What has a `TTL` it
 * says to have stored for nobody, as number 1, and forgets; idempotency keys it passes over.
 */
export async function startLyingService(): Promise<{ PushUrl: string; WebSocketUrl: string }> {
  /** The uid of each socket that has registered. */
  const uids: string[] = [];
  const http = createServer(async (request, response) => {
    const body = await text(request);
    const uid = decodeURIComponent(request.url ?? '').replace('/uids/', '');
    if (request.method === 'GET')
      return response.end(JSON.stringify(presenceOf(uids.filter((one) => one === uid))));
    if (uid.includes('/messages/')) return response.end(takenBack);
    if (request.headers['content-type'] === 'application/x-ndjson') return response.writeHead(415).end();
    const message = body === '' ? { uid } : JSON.parse(body);
    for (const client of sockets.clients) client.send(JSON.stringify(message));
    const pushed = request.headers.ttl ? { delivered: 0, seq: 1, stored: true } : { delivered: 1 };
    return response.end(JSON.stringify({ uid: message.uid, ...pushed, closed: 0, gone: 0, failed: 0 }));
  });
  const sockets = new WebSocketServer({ server: http });
  sockets.on('connection', (socket) =>
    socket.on('message', (data) => {
      uids.push(data.toString());
      if (!data.toString().startsWith('{')) return;
      socket.send('{"type":"registered"}');
      socket.send('{"type":"replayed","through":1,"latest":1}');
    }),
  );
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  onTestFinished(() => {
    for (const client of sockets.clients) client.terminate();
    http.close();
    http.closeAllConnections();
  });
  const { port } = http.address() as AddressInfo;
  return { PushUrl: `http://127.0.0.1:${port}/`, WebSocketUrl: `ws://127.0.0.1:${port}` };
}

const takenBack = JSON.stringify({
  uid: 'anybody',
  seq: 1,
  state: 'deleted',
  storedAt: new Date(0).toISOString(),
  expiresAt: new Date(0).toISOString(),
});

/** Reports closed connections as online for ever. */
function presenceOf(uids: readonly string[]): object {
  const connections = uids.map((_uid, index) => ({ id: String(index), since: new Date().toISOString() }));
  return { uid: uids[0] ?? '', online: uids.length > 0, connections };
}
