import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';
import { WebSocketServer } from 'ws';

/** A service of claimed uids that says `delivered: 1` of every push, and prints what it pushes anew. */
export async function startLyingService(): Promise<{ PushUrl: string; WebSocketUrl: string }> {
  /** The uid of each socket that has registered. */
  const uids: string[] = [];
  const http = createServer(async (request, response) => {
    const body = await text(request);
    const uid = decodeURIComponent(request.url ?? '').replace('/uids/', '');
    if (request.method === 'GET')
      return response.end(JSON.stringify(presenceOf(uids.filter((one) => one === uid))));
    if (request.headers['content-type'] === 'application/x-ndjson') return response.writeHead(415).end();
    const message = body === '' ? { uid } : JSON.parse(body);
    for (const client of sockets.clients) client.send(JSON.stringify(message));
    return response.end(JSON.stringify({ uid: message.uid, delivered: 1, closed: 0, gone: 0, failed: 0 }));
  });
  const sockets = new WebSocketServer({ server: http });
  sockets.on('connection', (socket) =>
    socket.on('message', (data) => {
      uids.push(data.toString());
      if (data.toString().startsWith('{')) socket.send('{"type":"registered"}');
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

/** Those who left are told as online for ever. */
function presenceOf(uids: readonly string[]): object {
  const connections = uids.map((_uid, index) => ({ id: String(index), since: new Date().toISOString() }));
  return { uid: uids[0] ?? '', online: uids.length > 0, connections };
}
