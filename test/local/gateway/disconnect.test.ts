import { expect, test } from 'vitest';
import type { DisconnectEvent } from '../../../local/gateway/event-builder.ts';
import type { GatewayFaults } from '../../../local/gateway/gateway-faults.ts';
import { connectTo, managementClient, recordingFunction, startTestGateway } from './test-gateway.ts';

async function setUp(faults: GatewayFaults = {}) {
  const disconnect = recordingFunction<DisconnectEvent>();
  const gateway = await startTestGateway({ $disconnect: disconnect.invoke }, { faults });
  return { gateway, disconnect, ...(await connectTo(gateway)) };
}

test('$disconnect is invoked when the client closes, with its code and reason', async () => {
  const { client, connectionId, disconnect } = await setUp();

  await client.close(4001, 'signed out');

  const { requestContext } = await disconnect.events.next();
  expect(requestContext).toMatchObject({
    routeKey: '$disconnect',
    eventType: 'DISCONNECT',
    connectionId,
    disconnectStatusCode: 4001,
    disconnectReason: 'signed out',
  });
});

test('a client that closes without a code is told as 1005', async () => {
  const { client, disconnect } = await setUp();

  await client.close();

  const { requestContext } = await disconnect.events.next();
  expect(requestContext.disconnectStatusCode).toBe(1005);
});

test('a client whose TCP connection dies is told as 1006', async () => {
  const { client, disconnect } = await setUp();

  client.kill();

  const { requestContext } = await disconnect.events.next();
  expect(requestContext.disconnectStatusCode).toBe(1006);
});

test('a killed socket ends without a close frame, and $disconnect is invoked', async () => {
  const { gateway, client, connectionId, disconnect } = await setUp();

  gateway.killSocket(connectionId);

  expect(gateway.connectionIds()).toEqual([]);
  expect(await client.closed).toMatchObject({ code: 1006 });
  const { requestContext } = await disconnect.events.next();
  expect(requestContext.disconnectStatusCode).toBe(1006);
});

test('$disconnect is invoked when a backend deletes the connection, once', async () => {
  const { gateway, client, connectionId, disconnect } = await setUp();

  await managementClient(gateway).delete(connectionId);
  await client.closed;

  const { requestContext } = await disconnect.events.next();
  expect(requestContext).toMatchObject({
    disconnectStatusCode: 1000,
    disconnectReason: 'Connection Closed Normally',
  });
  const other = await connectTo(gateway);
  await other.client.close();
  await disconnect.events.next();
  expect(disconnect.events.waiting).toEqual([]);
});

test('a $disconnect can be lost', async () => {
  const lost = new Set<string>();
  const { gateway, client, connectionId, disconnect } = await setUp({
    losesDisconnect: (id) => lost.has(id),
  });
  const other = await connectTo(gateway);

  lost.add(connectionId);
  await client.close();
  await other.client.close();

  const { requestContext } = await disconnect.events.next();
  expect(requestContext.connectionId).toBe(other.connectionId);
  expect(gateway.connectionIds()).toEqual([]);
});
