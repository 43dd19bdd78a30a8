import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { bundleBrowserClient } from './browser-client.ts';
import type { HandleRequest } from './function-url/function-url.ts';
import { hostAndPort } from './host-and-port.ts';
import { readStaticFiles, type StaticFile } from './static-files.ts';

export type HttpServerOptions = {
  host: string;
  /** 0: any free port. */
  port: number;
  /** Handles every request that is not for the page. */
  functionUrl: HandleRequest;
  /** Whether the show page is beside it. @default true */
  hasPage?: boolean;
};

export type HttpServer = {
  port: number;
  /** `http://host:port/` */
  url: string;
  /** Serves what `read` returns at that moment, as JSON, at `path`. */
  publish(path: string, read: () => unknown): void;
  stop(): Promise<void>;
};

const showPage = fileURLToPath(new URL('../examples/show-page', import.meta.url));

/**
 * A function URL, and beside it the show page with the browser client. Rejects with Node's error when the port can't be
 * had.
 */
export async function startHttpServer({
  host,
  port,
  functionUrl,
  hasPage = true,
}: HttpServerOptions): Promise<HttpServer> {
  const files = new Map(hasPage ? await readStaticFiles(showPage) : []);
  if (hasPage) files.set('/uidpush.js', await bundleBrowserClient());
  const published = new Map<string, () => unknown>();
  const fileAt = (path: string): StaticFile | undefined => {
    const read = published.get(path);
    return read ? jsonFile(read()) : files.get(path === '/' ? '/index.html' : path);
  };
  const server = createServer((request, response) => {
    const [path = ''] = (request.url ?? '').split('?', 1);
    const file = request.method === 'GET' ? fileAt(path) : undefined;
    if (!file) return void functionUrl(request, response);
    response.writeHead(200, { 'content-type': file.contentType, 'cache-control': 'no-store' });
    response.end(file.body);
  });
  // Longer than clients keep idle connections. If the server closed them first, a request could cross with the closing
  // and fail.
  server.keepAliveTimeout = 120_000;
  server.listen(port, host);
  await once(server, 'listening');

  const actualPort = (server.address() as AddressInfo).port;
  return {
    port: actualPort,
    url: `http://${hostAndPort(host, actualPort)}/`,
    publish: (path, read) => void published.set(path, read),
    stop: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

function jsonFile(value: unknown): StaticFile {
  return { contentType: 'application/json', body: Buffer.from(JSON.stringify(value)) };
}
