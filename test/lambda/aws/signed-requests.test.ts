import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { BadAnswerError, ConnectionError, TimeoutError } from '../../../lambda/aws/errors.ts';
import { SignedRequests } from '../../../lambda/aws/signed-requests.ts';
import { caller, startService } from './service.ts';

const request = { method: 'POST', path: '/', body: '{}' } as const;

/** Long enough for every answer that comes. */
const longMs = 10_000;

/** Too short for one that never comes. */
const shortMs = 20;

function requestsTo(endpoint: URL, { maxSockets = 5, now = Date.now } = {}): SignedRequests {
  const requests = new SignedRequests({
    endpoint,
    service: 'dynamodb',
    caller,
    maxSockets,
    maxAnswerBytes: 1_000,
    now,
  });
  onTestFinished(() => requests.close());
  return requests;
}

/** A server that writes `bytes` to whoever connects and has sent something, and closes if there are to be no more. */
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

test('an answer is given whatever its status', async () => {
  const { url } = await startService((_, response) => response.writeHead(418).end('tea “pot”'));

  expect(await requestsTo(url).send(request, longMs)).toEqual({ status: 418, body: 'tea “pot”' });
});

describe('sockets', () => {
  test('are used again: requests one after the other need one', async () => {
    const service = await startService();
    const requests = requestsTo(service.url);
    for (let count = 0; count < 20; count++) await requests.send(request, longMs);

    expect(service.requests).toHaveLength(20);
    expect(service.connections).toBe(1);
  });

  test('are used again after a refusal too', async () => {
    const service = await startService((_, response) => response.writeHead(400).end('{"__type":"No"}'));
    const requests = requestsTo(service.url);
    for (let count = 0; count < 5; count++) await requests.send(request, longMs);

    expect(service.connections).toBe(1);
  });

  test('are as many as allowed: further requests wait for their turn', async () => {
    const service = await startService();
    const requests = requestsTo(service.url, { maxSockets: 3 });
    await Promise.all(Array.from({ length: 20 }, () => requests.send(request, longMs)));

    expect(service.requests).toHaveLength(20);
    expect(service.connections).toBe(3);
  });
});

describe('there is an error instead of an answer when the service', () => {
  test('never answers', async () => {
    const service = await startService(() => {});

    await expect(requestsTo(service.url).send(request, shortMs)).rejects.toBeInstanceOf(TimeoutError);
    await expect.poll(() => service.openSockets.size).toBe(0);
  });

  test('never ends its answer', async () => {
    const service = await startService((_, response) => void response.write('{'));

    await expect(requestsTo(service.url).send(request, shortMs)).rejects.toBeInstanceOf(TimeoutError);
    await expect.poll(() => service.openSockets.size).toBe(0);
  });

  test('has no socket free in time', async () => {
    const service = await startService(() => {});
    const requests = requestsTo(service.url, { maxSockets: 1 });
    const first = requests.send(request, longMs).catch((error: unknown) => error);
    await expect(requests.send(request, shortMs)).rejects.toBeInstanceOf(TimeoutError);
    requests.close();

    expect(await first).toBeInstanceOf(ConnectionError);
    expect(service.requests.length).toBeLessThanOrEqual(1);
  });

  test('breaks the connection', async () => {
    const service = await startService((incoming) => incoming.socket.resetAndDestroy());

    await expect(requestsTo(service.url).send(request, longMs)).rejects.toMatchObject({
      name: 'ConnectionError',
      cause: { code: 'ECONNRESET' },
    });
  });

  test('breaks it within its answer', async () => {
    const url = await rawServer('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"Items":', true);

    await expect(requestsTo(url).send(request, longMs)).rejects.toBeInstanceOf(ConnectionError);
  });

  test('speaks no HTTP', async () => {
    const url = await rawServer('SSH-2.0-OpenSSH_9.9\r\n', false);

    await expect(requestsTo(url).send(request, longMs)).rejects.toBeInstanceOf(ConnectionError);
  });

  test('changes the protocol', async () => {
    const url = await rawServer(
      'HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n',
      false,
    );

    await expect(requestsTo(url).send(request, longMs)).rejects.toBeInstanceOf(ConnectionError);
  });

  test('is not there', async () => {
    const closed = createServer().listen(0, '127.0.0.1');
    await once(closed, 'listening');
    const { port } = closed.address() as AddressInfo;
    closed.close();
    await once(closed, 'close');

    await expect(requestsTo(new URL(`http://127.0.0.1:${port}`)).send(request, longMs)).rejects.toMatchObject(
      {
        name: 'ConnectionError',
        cause: { code: 'ECONNREFUSED' },
      },
    );
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

    await expect(requestsTo(service.url).send(request, longMs)).rejects.toBeInstanceOf(BadAnswerError);
    await expect.poll(() => service.openSockets.size).toBe(0);
    expect(written).toBeLessThan(50_000_000);
  });
});
