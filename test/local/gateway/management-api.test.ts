import {
  ApiGatewayManagementApiServiceException,
  ForbiddenException,
  GoneException,
  LimitExceededException,
  PayloadTooLargeException,
} from '@aws-sdk/client-apigatewaymanagementapi';
import { expect, test } from 'vitest';
import type { ConnectEvent } from '../../../local/gateway/event-builder.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { Queue } from '../../support/queue.ts';
import { QueueingClient } from '../../support/queueing-client.ts';
import { connectTo, managementClient, startTestGateway } from './test-gateway.ts';

const kib = 1024;
const neverGiven = 'L0SM9cOFvHcCIhw=';

async function setUp(options: Parameters<typeof startTestGateway>[1] = {}) {
  const gateway = await startTestGateway({}, options);
  return { gateway, management: managementClient(gateway), ...(await connectTo(gateway)) };
}

test('what is posted arrives byte for byte, as one text frame', async () => {
  const { client, connectionId, management } = await setUp();
  const isBinary = new Promise((resolve) =>
    client.socket.once('message', (_data, binary) => resolve(binary)),
  );

  const answer = await management.post(connectionId, '{"uid":"ü","n":9007199254740993}');

  expect(answer.$metadata.httpStatusCode).toBe(200);
  expect(await client.next()).toBe('{"uid":"ü","n":9007199254740993}');
  expect(await isBinary).toBe(false);
});

test('posts to one connection arrive in the order in which they were taken', async () => {
  const { client, connectionId, management } = await setUp();
  const texts = Array.from({ length: 50 }, (_, index) => `message ${index}`);

  for (const text of texts) await management.post(connectionId, text);

  for (const text of texts) expect(await client.next()).toBe(text);
});

test('bytes that are not UTF-8 do not cost the client its connection', async () => {
  const { client, connectionId, management } = await setUp();

  await management.post(connectionId, new Uint8Array([0x61, 0xff]));

  expect(await client.next()).toBe('a\ufffd');
});

test('128 KB can be posted, one byte more is PayloadTooLargeException', async () => {
  const { client, connectionId, management } = await setUp();
  const largest = 'x'.repeat(128 * kib);

  const tooLarge = management.post(connectionId, `${largest}x`);
  await expect(tooLarge).rejects.toBeInstanceOf(PayloadTooLargeException);
  await management.post(connectionId, largest);

  expect((await client.next()) === largest).toBe(true);
});

test('GET tells since when the connection is there, when it was last active, and who it is', async () => {
  const clock = new FakeClock(Date.UTC(2026, 0, 31, 12));
  const gateway = await startTestGateway({}, { clock });
  const client = await QueueingClient.connect(`${gateway.url}/live`, { headers: { 'User-Agent': 'test' } });
  const [connectionId = ''] = gateway.connectionIds();
  const management = managementClient(gateway);

  clock.advance(5_000);
  await management.post(connectionId, 'news');
  await client.next();

  expect(await management.get(connectionId)).toMatchObject({
    ConnectedAt: new Date('2026-01-31T12:00:00Z'),
    LastActiveAt: new Date('2026-01-31T12:00:05Z'),
    Identity: { SourceIp: '127.0.0.1', UserAgent: 'test' },
  });
});

test('DELETE answers 204 and closes with 1000', async () => {
  const { client, connectionId, management } = await setUp();

  const answer = await management.delete(connectionId);

  expect(answer.$metadata.httpStatusCode).toBe(204);
  expect(await client.closed).toMatchObject({ code: 1000 });
});

test('a deleted connection is gone at once, before the client has answered', async () => {
  const { client, connectionId, gateway, management } = await setUp();
  client.socket.pause();

  await management.delete(connectionId);

  expect(gateway.connectionIds()).toEqual([]);
  await expect(management.post(connectionId, 'late')).rejects.toBeInstanceOf(GoneException);
  await expect(management.get(connectionId)).rejects.toBeInstanceOf(GoneException);
  await expect(management.delete(connectionId)).rejects.toBeInstanceOf(GoneException);
});

test('a connection that was closed is GoneException', async () => {
  const { client, connectionId, management } = await setUp();

  await client.close();

  await expect(management.post(connectionId, 'late')).rejects.toBeInstanceOf(GoneException);
  await expect(management.get(connectionId)).rejects.toBeInstanceOf(GoneException);
  await expect(management.delete(connectionId)).rejects.toBeInstanceOf(GoneException);
});

test('an id that was never given is GoneException', async () => {
  const { management } = await setUp();

  await expect(management.post(neverGiven, 'news')).rejects.toBeInstanceOf(GoneException);
});

test('an id that API Gateway would never give is BadRequestException', async () => {
  const { management } = await setUp();

  const failure: unknown = await management.post('cjy8i76bx002884le6n17d49b', 'news').catch((error) => error);

  expect(failure).toBeInstanceOf(ApiGatewayManagementApiServiceException);
  expect(failure).toMatchObject({ name: 'BadRequestException', $metadata: { httpStatusCode: 400 } });
});

test('a connection is GoneException until its $connect has returned', async () => {
  const failures = new Queue<unknown>();
  const gateway = await startTestGateway({
    $connect: async (event) => {
      const { connectionId } = (event as ConnectEvent).requestContext;
      failures.push(
        await managementClient(gateway)
          .post(connectionId, 'welcome')
          .catch((error) => error),
      );
      return { payload: { statusCode: 200 } };
    },
  });

  const { client } = await connectTo(gateway);

  expect(await failures.next()).toBeInstanceOf(GoneException);
  expect(client.waiting).toEqual([]);
});

test('another stage is ForbiddenException', async () => {
  const { connectionId, gateway } = await setUp();

  const post = managementClient(gateway, 'test').post(connectionId, 'news');

  await expect(post).rejects.toBeInstanceOf(ForbiddenException);
});

test('an id may come with its path encoded as signing clients do', async () => {
  const { client, connectionId, gateway } = await setUp();
  const url = `${gateway.managementUrl}/live/%40connections/${encodeURIComponent(connectionId)}`;

  const answer = await fetch(url, { method: 'POST', body: 'news' });

  expect(answer.status).toBe(200);
  expect(await client.next()).toBe('news');
});

test.each([
  ['GET', '/'],
  ['GET', '/live'],
  ['POST', '/live'],
  ['GET', '/live/@connections'],
  ['PUT', `/live/@connections/${neverGiven}`],
  ['GET', '/live/@connections/%E0%A4%A'],
])('%s %s is 403 Forbidden', async (method, path) => {
  const gateway = await startTestGateway();

  const answer = await fetch(gateway.managementUrl + path, { method });

  expect(answer.status).toBe(403);
  expect(await answer.json()).toEqual({ message: 'Forbidden' });
});

test('a client that does not read makes posts LimitExceededException, until it reads again', async () => {
  const { client, connectionId, management } = await setUp();
  const text = 'x'.repeat(128 * kib);
  client.socket.pause();

  // The kernel takes some megabytes before anything waits in the gateway.
  let sent = 0;
  let failure: unknown;
  while (failure === undefined && sent < 1_000) {
    await management.post(connectionId, text).then(
      () => sent++,
      (error) => {
        failure = error;
      },
    );
  }
  expect(failure).toBeInstanceOf(LimitExceededException);

  client.socket.resume();
  for (let count = 0; count < sent; count++) expect((await client.next()).length).toBe(text.length);
  await management.post(connectionId, 'read again');
  expect(await client.next()).toBe('read again');
});
