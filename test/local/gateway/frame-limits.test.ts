import { expect, test } from 'vitest';
import type { DisconnectEvent, MessageEvent } from '../../../local/gateway/event-builder.ts';
import { connectTo, recordingFunction, startTestGateway } from './test-gateway.ts';

const kib = 1024;

async function setUp() {
  const fallback = recordingFunction<MessageEvent>();
  const disconnect = recordingFunction<DisconnectEvent>();
  const gateway = await startTestGateway({ $default: fallback.invoke, $disconnect: disconnect.invoke });
  const { client } = await connectTo(gateway);
  return { client, fallback, disconnect };
}

function inFrames(text: string, frameBytes: number): { part: string; fin: boolean }[] {
  const count = Math.ceil(text.length / frameBytes);
  return Array.from({ length: count }, (_, index) => ({
    part: text.slice(index * frameBytes, (index + 1) * frameBytes),
    fin: index === count - 1,
  }));
}

test('a message of 128 KB in frames of 32 KB is taken', async () => {
  const { client, fallback } = await setUp();
  const text = 'x'.repeat(128 * kib);

  for (const { part, fin } of inFrames(text, 32 * kib)) client.socket.send(part, { fin });

  const event = await fallback.events.next();
  expect(event.body === text).toBe(true);
});

test('a frame of over 32 KB closes the connection with 1009 and invokes nothing but $disconnect', async () => {
  const { client, fallback, disconnect } = await setUp();

  client.send('x'.repeat(32 * kib + 1));

  expect(await client.closed).toMatchObject({ code: 1009 });
  expect((await disconnect.events.next()).requestContext.disconnectStatusCode).toBe(1009);
  expect(fallback.events.waiting).toEqual([]);
});

test('a frame of several megabytes closes the connection with 1009, though the client goes on sending', async () => {
  const { client, disconnect } = await setUp();

  client.send('x'.repeat(8_000_000));

  expect(await client.closed).toMatchObject({ code: 1009 });
  expect((await disconnect.events.next()).requestContext.disconnectStatusCode).toBe(1009);
});

test('a message of over 128 KB closes the connection with 1009 and invokes nothing but $disconnect', async () => {
  const { client, fallback, disconnect } = await setUp();

  for (const { part, fin } of inFrames('x'.repeat(128 * kib + 1), 32 * kib))
    client.socket.send(part, { fin });

  expect(await client.closed).toMatchObject({ code: 1009 });
  expect((await disconnect.events.next()).requestContext.disconnectStatusCode).toBe(1009);
  expect(fallback.events.waiting).toEqual([]);
});

test('a binary frame closes the connection with 1003 and invokes nothing but $disconnect', async () => {
  const { client, fallback, disconnect } = await setUp();

  client.socket.send(Buffer.from('u1'));

  expect(await client.closed).toMatchObject({ code: 1003 });
  expect((await disconnect.events.next()).requestContext.disconnectStatusCode).toBe(1003);
  expect(fallback.events.waiting).toEqual([]);
});

test('text that is not UTF-8 closes the connection and invokes nothing but $disconnect', async () => {
  const { client, fallback, disconnect } = await setUp();

  client.socket.send(Buffer.from([0xff]), { binary: false });

  expect(await client.closed).toMatchObject({ code: 1007 });
  await disconnect.events.next();
  expect(fallback.events.waiting).toEqual([]);
});
