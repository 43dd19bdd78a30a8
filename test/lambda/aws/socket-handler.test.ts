import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { BadResponseError, ConnectionError, TimeoutError } from '../../../lambda/aws/socket-handler.ts';
import { handlerFor, startService } from './service.ts';

/** Too short for one that never comes. */
const shortMs = 20;

/**
 * A server that writes `bytes` to a client that has connected and sent something, and closes if there are to be no
 * more.
 */
async function rawServer(bytes: string, close: boolean): Promise<URL> {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', () => (close ? socket.end(bytes) : socket.write(bytes)));
    onTestFinished(() => void socket.destroy());
  }).listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  return new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
}

test('a response is returned whatever its status', async () => {
  const { url } = await startService((_, response) => {
    response.writeHead(418, { 'x-amzn-ErrorType': 'Teapot', 'set-cookie': ['a', 'b'] }).end('tea “pot”');
  });
  const { statusCode, headers, body } = await handlerFor(url).send();

  expect(statusCode).toBe(418);
  expect(headers).toMatchObject({ 'x-amzn-errortype': 'Teapot', 'set-cookie': 'a, b' });
  expect(Buffer.from(body).toString()).toBe('tea “pot”');
});

test('a request is sent with its method, path, query, headers and body', async () => {
  const { url, requests } = await startService();
  await handlerFor(url).send({
    method: 'PUT',
    path: '/a%2Fb',
    query: { c: 'd e', f: ['1', '2'] },
    headers: { 'x-g': 'h' },
    body: new TextEncoder().encode('ü'),
  });

  expect(requests).toMatchObject([
    { method: 'PUT', path: '/a%2Fb?c=d%20e&f=1&f=2', headers: { 'x-g': 'h' }, body: 'ü' },
  ]);
});

describe('sockets', () => {
  test('are used again: requests one after the other need one', async () => {
    const service = await startService();
    const handler = handlerFor(service.url);
    for (let count = 0; count < 20; count++) await handler.send();

    expect(service.requests).toHaveLength(20);
    expect(service.connections).toBe(1);
  });

  test('are used again after a refusal too', async () => {
    const service = await startService((_, response) => response.writeHead(400).end('{"__type":"No"}'));
    const handler = handlerFor(service.url);
    for (let count = 0; count < 5; count++) await handler.send();

    expect(service.connections).toBe(1);
  });

  test('are as many as allowed: further requests wait for their turn', async () => {
    const service = await startService();
    const handler = handlerFor(service.url, { maxSockets: 3 });
    await Promise.all(Array.from({ length: 20 }, () => handler.send()));

    expect(service.requests).toHaveLength(20);
    expect(service.connections).toBe(3);
  });
});

describe('there is an error instead of a response when the service', () => {
  test('never answers', async () => {
    const service = await startService(() => {});

    await expect(handlerFor(service.url, { timeoutMs: shortMs }).send()).rejects.toBeInstanceOf(TimeoutError);
    await expect.poll(() => service.openSockets.size).toBe(0);
  });

  test('never ends its answer', async () => {
    const service = await startService((_, response) => void response.write('{'));

    await expect(handlerFor(service.url, { timeoutMs: shortMs }).send()).rejects.toBeInstanceOf(TimeoutError);
    await expect.poll(() => service.openSockets.size).toBe(0);
  });

  test('has no socket free in time', async () => {
    const service = await startService(() => {});
    const handler = handlerFor(service.url, { maxSockets: 1, timeoutMs: shortMs });
    const both = await Promise.allSettled([handler.send(), handler.send()]);

    expect(both.map((outcome) => 'reason' in outcome && outcome.reason.name)).toEqual([
      'TimeoutError',
      'TimeoutError',
    ]);
    expect(service.requests.length).toBeLessThanOrEqual(1);
  });

  test('breaks the connection', async () => {
    const service = await startService((incoming) => incoming.socket.resetAndDestroy());

    await expect(handlerFor(service.url).send()).rejects.toMatchObject({
      name: 'ConnectionError',
      cause: { code: 'ECONNRESET' },
    });
  });

  test('breaks it within its answer', async () => {
    const url = await rawServer('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"Items":', true);

    await expect(handlerFor(url).send()).rejects.toBeInstanceOf(ConnectionError);
  });

  test('speaks no HTTP', async () => {
    const url = await rawServer('SSH-2.0-OpenSSH_9.9\r\n', false);

    await expect(handlerFor(url).send()).rejects.toBeInstanceOf(ConnectionError);
  });

  test('changes the protocol', async () => {
    const url = await rawServer(
      'HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n',
      false,
    );

    await expect(handlerFor(url).send()).rejects.toBeInstanceOf(ConnectionError);
  });

  test('is not there', async () => {
    const closed = createServer().listen(0, '127.0.0.1');
    await once(closed, 'listening');
    const { port } = closed.address() as AddressInfo;
    closed.close();
    await once(closed, 'close');

    await expect(handlerFor(new URL(`http://127.0.0.1:${port}`)).send()).rejects.toMatchObject({
      name: 'ConnectionError',
      cause: { code: 'ECONNREFUSED' },
    });
  });

  test('answers more than there may be, and no more of it is read', async () => {
    let written = 0;
    const service = await startService((_, response) => {
      const more = () => {
        while (!response.destroyed && response.write('x'.repeat(10_000))) written += 10_000;
      };
      response.on('drain', more);
      more();
    });

    await expect(handlerFor(service.url).send()).rejects.toBeInstanceOf(BadResponseError);
    await expect.poll(() => service.openSockets.size).toBe(0);
    expect(written).toBeLessThan(50_000_000);
  });
});
