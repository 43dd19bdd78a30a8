import { expect, test } from 'vitest';
import type { DisconnectEvent, MessageEvent } from '../../../local/gateway/event-builder.ts';
import type { GatewayOptions } from '../../../local/gateway/gateway.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { connectTo, managementClient, recordingFunction, startTestGateway } from './test-gateway.ts';

const minute = 60_000;
const hour = 60 * minute;

async function setUp(options: Partial<GatewayOptions> = {}) {
  const clock = new FakeClock();
  const fallback = recordingFunction<MessageEvent>();
  const disconnect = recordingFunction<DisconnectEvent>();
  const routes = { $default: fallback.invoke, $disconnect: disconnect.invoke };
  const gateway = await startTestGateway(routes, { clock, ...options });
  return { clock, fallback, disconnect, gateway, ...(await connectTo(gateway)) };
}

test('a connection without messages is closed with 1001 after 10 minutes, and $disconnect is told so', async () => {
  const { clock, gateway, client, disconnect } = await setUp();

  clock.advance(10 * minute - 1);
  expect(gateway.connectionIds()).toHaveLength(1);
  clock.advance(1);

  expect(gateway.connectionIds()).toEqual([]);
  expect(await client.closed).toMatchObject({ code: 1001 });
  expect((await disconnect.events.next()).requestContext).toMatchObject({
    disconnectStatusCode: 1001,
    disconnectReason: 'Going away',
  });
});

test('a message from the client keeps the connection', async () => {
  const { clock, gateway, client, fallback } = await setUp();

  clock.advance(9 * minute);
  client.send('keep me');
  await fallback.events.next();
  clock.advance(9 * minute);

  expect(gateway.connectionIds()).toHaveLength(1);
  clock.advance(minute);
  expect(await client.closed).toMatchObject({ code: 1001 });
});

test('a message to the client keeps the connection', async () => {
  const { clock, gateway, client, connectionId } = await setUp();

  clock.advance(9 * minute);
  await managementClient(gateway).post(connectionId, 'news');
  clock.advance(9 * minute);

  expect(gateway.connectionIds()).toHaveLength(1);
  clock.advance(minute);
  expect(await client.closed).toMatchObject({ code: 1001 });
});

test('a ping does not keep the connection', async () => {
  const { clock, client } = await setUp();

  clock.advance(9 * minute);
  const pong = new Promise((resolve) => client.socket.once('pong', resolve));
  client.socket.ping();
  await pong;
  clock.advance(minute);

  expect(await client.closed).toMatchObject({ code: 1001 });
});

test('no connection outlives 2 hours, however busy it is', async () => {
  const { clock, gateway, client, fallback } = await setUp();

  for (let elapsed = 0; elapsed < 2 * hour - 5 * minute; elapsed += 5 * minute) {
    clock.advance(5 * minute);
    client.send('busy');
    await fallback.events.next();
  }
  clock.advance(5 * minute - 1);
  expect(gateway.connectionIds()).toHaveLength(1);
  clock.advance(1);

  expect(await client.closed).toMatchObject({ code: 1001 });
});

test('both times can be set', async () => {
  const idle = await setUp({ idleTimeoutMs: 1000 });
  const old = await setUp({ lifetimeMs: 2000 });

  idle.clock.advance(1000);
  old.clock.advance(2000);

  expect(await idle.client.closed).toMatchObject({ code: 1001 });
  expect(await old.client.closed).toMatchObject({ code: 1001 });
});

test('a connection may outlive its time by as much as a fault says', async () => {
  const { clock, client, gateway } = await setUp({ lifetimeMs: 2000, faults: { lateEndMs: 500 } });

  clock.advance(2499);
  expect(gateway.connectionIds()).toHaveLength(1);
  clock.advance(1);

  expect(await client.closed).toMatchObject({ code: 1001 });
});

test('a connection has one timer, and none once it is closed', async () => {
  const { clock, client, fallback, disconnect } = await setUp();

  client.send('one');
  client.send('two');
  await fallback.events.next();
  await fallback.events.next();
  expect(clock.pending).toBe(1);
  await client.close();
  await disconnect.events.next();

  expect(clock.pending).toBe(0);
});
