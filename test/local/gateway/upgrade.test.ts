import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { expect, test } from 'vitest';
import type { ConnectEvent, DisconnectEvent } from '../../../local/gateway/event-builder.ts';
import { QueueingClient } from '../../support/queueing-client.ts';
import {
  answering,
  connectTo,
  failing,
  recordingFunction,
  refusedUpgrade,
  startTestGateway,
  waitingFunction,
} from './test-gateway.ts';

const handshake = {
  Connection: 'Upgrade',
  Upgrade: 'websocket',
  'Sec-WebSocket-Version': '13',
  'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
};

test('the stage’s path opens a connection, and so does the bare /', async () => {
  const gateway = await startTestGateway();

  await QueueingClient.connect(`${gateway.url}/live`);
  await QueueingClient.connect(`${gateway.url}/`);

  expect(gateway.connectionIds()).toHaveLength(2);
});

test.each(['/other', '/live/deeper', '/@connections'])(
  'an upgrade at %s is refused with 403',
  async (path) => {
    const connect = recordingFunction();
    const gateway = await startTestGateway({ $connect: connect.invoke });

    expect(await refusedUpgrade(gateway.url + path)).toEqual({
      status: 403,
      body: '{"message":"Forbidden"}',
    });
    expect(connect.events.waiting).toEqual([]);
  },
);

test('the socket opens only after $connect has answered', async () => {
  const connect = waitingFunction();
  const gateway = await startTestGateway({ $connect: connect.invoke });

  const opening = QueueingClient.connect(`${gateway.url}/live`);
  await connect.called();
  expect(gateway.connectionIds()).toEqual([]);
  connect.answer();
  await opening;

  expect(gateway.connectionIds()).toHaveLength(1);
});

test.each([401, 403, 500])('a $connect that answers %i refuses the upgrade with it', async (statusCode) => {
  const gateway = await startTestGateway({ $connect: answering({ statusCode }) });

  expect(await refusedUpgrade(`${gateway.url}/live`)).toMatchObject({ status: statusCode });
  expect(gateway.connectionIds()).toEqual([]);
});

test('a $connect that fails refuses the upgrade with 502', async () => {
  const gateway = await startTestGateway({ $connect: failing });

  expect(await refusedUpgrade(`${gateway.url}/live`)).toMatchObject({ status: 502 });
});

test('a $connect that cannot be invoked refuses the upgrade with 502', async () => {
  const gateway = await startTestGateway({ $connect: () => Promise.reject(new Error('no such function')) });

  expect(await refusedUpgrade(`${gateway.url}/live`)).toMatchObject({ status: 502 });
});

test('$connect learns who connects, and how', async () => {
  const connect = recordingFunction<ConnectEvent>();
  const gateway = await startTestGateway({ $connect: connect.invoke });

  await QueueingClient.connect(`${gateway.url}/live?token=a%20b&q=1?2`, {
    headers: { Origin: 'https://shop.example', 'User-Agent': 'test' },
  });

  const event = await connect.events.next();
  expect(event).toMatchObject({
    headers: { Host: `127.0.0.1:${gateway.port}`, Origin: 'https://shop.example' },
    queryStringParameters: { token: 'a b', q: '1?2' },
    requestContext: {
      routeKey: '$connect',
      connectionId: gateway.connectionIds()[0],
      domainName: `127.0.0.1:${gateway.port}`,
      stage: 'live',
      apiId: 'abcd1234',
      identity: { sourceIp: '127.0.0.1', userAgent: 'test' },
    },
  });
  expect(event.requestContext).not.toHaveProperty('authorizer');
  expect(event.requestContext.connectionId).toMatch(/^[\w-]{15}=$/);
});

test('a broken handshake invokes no function', async () => {
  const connect = recordingFunction();
  const gateway = await startTestGateway({ $connect: connect.invoke });
  const { 'Sec-WebSocket-Key': _, ...withoutKey } = handshake;

  const upgrade = request(`${gateway.managementUrl}/live`, { headers: withoutKey }).end();
  const [response] = (await once(upgrade, 'response')) as [IncomingMessage];

  expect(response.statusCode).toBe(400);
  expect(connect.events.waiting).toEqual([]);
});

test('a client that leaves while $connect runs was never connected: there is no $disconnect', async () => {
  const connect = waitingFunction();
  const disconnect = recordingFunction<DisconnectEvent>();
  const gateway = await startTestGateway({ $connect: connect.invoke, $disconnect: disconnect.invoke });

  const leaving = request(`${gateway.managementUrl}/live`, { headers: handshake }).end();
  leaving.on('error', () => {});
  await connect.called();
  leaving.destroy();
  // By the time this is answered, the gateway has noticed.
  await fetch(gateway.managementUrl);
  connect.answer();
  connect.answer();
  const { client, connectionId } = await connectTo(gateway);
  await client.close();

  expect((await disconnect.events.next()).requestContext.connectionId).toBe(connectionId);
  expect(gateway.connectionIds()).toEqual([]);
});

test('a subprotocol is echoed if $connect returned it', async () => {
  const headers = { 'Sec-WebSocket-Protocol': 'uidpush' };
  const gateway = await startTestGateway({ $connect: answering({ statusCode: 200, headers }) });

  const client = await QueueingClient.connect(`${gateway.url}/live`, { protocols: ['other', 'uidpush'] });

  expect(client.socket.protocol).toBe('uidpush');
});

test('a subprotocol that $connect did not return is not echoed, so the client gives up', async () => {
  const gateway = await startTestGateway({ $connect: answering({ statusCode: 200 }) });

  const opening = QueueingClient.connect(`${gateway.url}/live`, { protocols: ['uidpush'] });

  await expect(opening).rejects.toThrow('Server sent no subprotocol');
});

test('a subprotocol for a client that offered none is not sent', async () => {
  const headers = { 'Sec-WebSocket-Protocol': 'uidpush' };
  const gateway = await startTestGateway({ $connect: answering({ statusCode: 200, headers }) });

  const { client } = await connectTo(gateway);

  expect(client.socket.protocol).toBe('');
});
