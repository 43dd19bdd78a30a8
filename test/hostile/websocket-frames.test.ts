import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { DisconnectEvent, MessageEvent } from '../../local/gateway/event-builder.ts';
import { MAX_UNREAD_BYTES } from '../../local/gateway/limits.ts';
import { MAX_MESSAGE_BYTES } from '../../protocol/limits.ts';
import { patience } from '../e2e/running-stack.ts';
import {
  connectTo,
  managementClient,
  recordingFunction,
  startTestGateway,
} from '../local/gateway/test-gateway.ts';
import { heldBytes } from './held-memory.ts';

const mb = 1_024 * 1_024;

/** A gateway, and a socket that has become a WebSocket and on which anything can be written. */
async function setUp() {
  const fallback = recordingFunction<MessageEvent>();
  const disconnect = recordingFunction<DisconnectEvent>();
  const gateway = await startTestGateway({ $default: fallback.invoke, $disconnect: disconnect.invoke });
  const socket = await rawWebSocket(gateway.port);
  return { gateway, socket, fallback, disconnect };
}

async function rawWebSocket(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  onTestFinished(() => {
    socket.destroy();
  });
  socket.on('error', () => {});
  socket.write(
    'GET /live HTTP/1.1\r\nHost: gateway\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n' +
      'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n',
  );
  const [head] = (await once(socket, 'data')) as [Buffer];
  expect(head.toString()).toMatch(/^HTTP\/1\.1 101 /);
  return socket;
}

/**
 * A masked frame (RFC 6455, section 5.2) by its first byte, with the length that it claims. The mask changes nothing:
 * it is zero.
 */
function frame(firstByte: number, payload: Buffer | string, claimed = Buffer.byteLength(payload)): Buffer {
  const header =
    claimed < 126
      ? Buffer.from([firstByte, 0x80 | claimed])
      : Buffer.from([firstByte, 0x80 | 126, claimed >> 8, claimed & 0xff]);
  return Buffer.concat([header, Buffer.alloc(4), Buffer.from(payload)]);
}

const text = 0x81;
const firstOfText = 0x01;
const close = 0x88;
const ping = 0x89;

describe('a connection is closed with a code, and nothing but $disconnect invoked, by', () => {
  test.each<[string, Buffer, number]>([
    ['a frame without a mask', Buffer.from([text, 2, 0x75, 0x31]), 1002],
    ['a reserved bit', frame(text | 0x40, 'u1'), 1002],
    ['all reserved bits', frame(text | 0x70, 'u1'), 1002],
    ['an opcode of the future', frame(0x83, 'u1'), 1002],
    ['a control opcode of the future', frame(0x8b, ''), 1002],
    ['a ping in parts', frame(0x09, 'a'), 1002],
    ['a ping that is too long', frame(ping, 'x'.repeat(126)), 1002],
    ['a continuation of nothing', frame(0x80, 'u1'), 1002],
    ['a text within a text', Buffer.concat([frame(firstOfText, 'a'), frame(text, 'b')]), 1002],
    ['a close of one byte', frame(close, 'x'), 1002],
    ['a close with a code that nobody may send', frame(close, Buffer.from([0x03, 0xed])), 1002],
    ['a close whose reason is no UTF-8', frame(close, Buffer.from([0x03, 0xe8, 0xff])), 1007],
    ['a text that is no UTF-8', frame(text, Buffer.from([0xc3, 0x28])), 1007],
    ['half a character at the end', frame(text, Buffer.from([0xf0, 0x9f, 0x98])), 1007],
    ['a frame that claims more than 32 KB', frame(text, '', 32_769), 1009],
    ['a length of 63 bits', Buffer.from([text, 0xff, 0x7f, ...Array(7).fill(0xff), 0, 0, 0, 0]), 1009],
    ['a length of 64 bits', Buffer.from([text, 0xff, ...Array(8).fill(0xff), 0, 0, 0, 0]), 1009],
  ])('%s', async (_, bytes, code) => {
    const { socket, fallback, disconnect } = await setUp();
    socket.write(bytes);

    const [closeFrame] = (await once(socket, 'data')) as [Buffer];
    expect(closeFrame[0]).toBe(close);
    expect(closeFrame.readUInt16BE(2)).toBe(code);
    socket.destroy();
    await disconnect.events.next();
    expect(fallback.events.waiting).toEqual([]);
  });

  test('a frame that is longer than what comes, when its sender leaves', async () => {
    const { socket, fallback, disconnect } = await setUp();
    socket.write(frame(text, 'u', 1_000));
    socket.destroy();

    expect((await disconnect.events.next()).requestContext.disconnectStatusCode).toBe(1006);
    expect(fallback.events.waiting).toEqual([]);
  });
});

test('a hundred messages that never end cost no more than the longest message each', async () => {
  const { gateway } = await setUp();
  const before = await heldBytes();
  const sockets = await Promise.all(Array.from({ length: 100 }, () => rawWebSocket(gateway.port)));
  const part = 'x'.repeat(30_000);
  for (const socket of sockets) {
    socket.write(Buffer.concat([frame(firstOfText, part), ...Array(3).fill(frame(0x00, part))]));
  }
  const { client } = await connectTo(gateway);
  await client.close();

  expect((await heldBytes()) - before).toBeLessThan(100 * 2 * MAX_MESSAGE_BYTES + 4 * mb);
});

test('a flood of tiny parts ends the connection before it costs more than the longest message', async () => {
  const { socket, disconnect } = await setUp();
  const before = await heldBytes();
  socket.write(frame(firstOfText, 'x'));
  const parts = Buffer.concat(Array(1_000).fill(frame(0x00, 'x')));
  for (let count = 0; count < 140 && !socket.destroyed; count++) {
    if (!socket.write(parts)) await Promise.race([once(socket, 'drain'), once(socket, 'close')]);
  }

  await disconnect.events.next();
  expect((await heldBytes()) - before).toBeLessThan(8 * mb);
});

test('a flood of pings is answered no faster than its answers are read', async () => {
  const { gateway, socket } = await setUp();
  socket.pause();
  const before = await heldBytes();
  const pings = Buffer.concat(Array(5_000).fill(frame(ping, 'x'.repeat(125))));
  for (let count = 0; count < 20 && socket.writable; count++) socket.write(pings);
  const { client } = await connectTo(gateway);
  await client.close();

  // 13 MB of pings, which this process holds itself until they are taken.
  expect((await heldBytes()) - before).toBeLessThan(16 * mb);
});

test('posts to a client that never reads are refused when what waits for it is at its limit', async () => {
  const { gateway, socket } = await setUp();
  socket.pause();
  const before = await heldBytes();
  const management = managementClient(gateway);
  const [connectionId = ''] = gateway.connectionIds();
  const message = 'x'.repeat(MAX_MESSAGE_BYTES);
  let refused = 0;
  // The operating system's own buffers take some megabytes first.
  await expect
    .poll(async () => {
      await management.post(connectionId, message).catch(() => refused++);
      return refused;
    }, patience)
    .toBeGreaterThan(3);

  expect((await heldBytes()) - before).toBeLessThan(MAX_UNREAD_BYTES + MAX_MESSAGE_BYTES + 8 * mb);
});
