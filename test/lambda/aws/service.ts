import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type RequestListener } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { HttpRequest, type HttpResponse } from '@smithy/core/protocols';
import { onTestFinished } from 'vitest';
import type { Caller } from '../../../lambda/aws/client-settings.ts';
import { SocketHandler } from '../../../lambda/aws/socket-handler.ts';

export const caller: Caller = {
  accessKeyId: 'AKIDEXAMPLE',
  secretAccessKey: 'example-secret',
  sessionToken: 'example/token+with=signs',
  region: 'eu-central-1',
};

export type ReceivedRequest = { method: string; path: string; headers: IncomingHttpHeaders; body: string };

export type Service = {
  url: URL;
  /** In order, each when it has come whole. */
  requests: ReceivedRequest[];
  /** TCP connections so far. */
  readonly connections: number;
  /** Those that are open. */
  openSockets: Set<Socket>;
};

/** A service on this machine that ends with the test. `answer` is called when a request has come whole. */
export async function startService(
  answer: (...args: Parameters<RequestListener>) => void = (_, response) => response.end('{}'),
): Promise<Service> {
  const requests: ReceivedRequest[] = [];
  const openSockets = new Set<Socket>();
  let connections = 0;
  const server = createServer({ keepAliveTimeout: 0 }, async (request, response) => {
    const { method = '', url: path = '', headers } = request;
    const body = Buffer.concat(await request.toArray()).toString();
    requests.push({ method, path, headers, body });
    answer(request, response);
  });
  server.on('connection', (socket) => {
    connections++;
    openSockets.add(socket);
    socket.on('close', () => openSockets.delete(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return {
    url: new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`),
    requests,
    get connections() {
      return connections;
    },
    openSockets,
  };
}

type HttpRequestParts = NonNullable<ConstructorParameters<typeof HttpRequest>[0]>;

/** The connection handler of the functions' clients, with small limits; it ends with the test. */
export function handlerFor(
  { protocol, hostname, port }: URL,
  options: { maxSockets?: number; timeoutMs?: number } = {},
) {
  const handler = new SocketHandler({
    maxSockets: 5,
    timeoutMs: 10_000,
    maxResponseBytes: 1_000,
    ...options,
  });
  onTestFinished(() => handler.destroy());
  return {
    async send(request: HttpRequestParts = { method: 'POST', path: '/', body: '{}' }): Promise<HttpResponse> {
      const target = { protocol, hostname, port: Number(port) };
      return (await handler.handle(new HttpRequest({ ...target, ...request }))).response;
    },
  };
}
