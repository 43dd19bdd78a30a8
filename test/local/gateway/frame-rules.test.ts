import { expect, test } from 'vitest';
import { FrameRules } from '../../../local/gateway/frame-rules.ts';

const kib = 1024;
const opcode = { continuation: 0x0, text: 0x1, binary: 0x2, close: 0x8, ping: 0x9, pong: 0xa };

/** A client's frame of `length` bytes, masked as RFC 6455 wants it. */
function frame(type: keyof typeof opcode, length: number, { last = true } = {}): Buffer {
  const first = opcode[type] | (last ? 0x80 : 0);
  const mask = [1, 2, 3, 4];
  // 0x81 everywhere: a payload byte taken for a header would be one.
  return Buffer.concat([Buffer.from([first, ...lengthBytes(length), ...mask]), Buffer.alloc(length, 0x81)]);
}

function lengthBytes(length: number): number[] {
  if (length < 126) return [0x80 | length];
  if (length < 65_536) return [0x80 | 126, length >> 8, length & 0xff];
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(length));
  return [0x80 | 127, ...bytes];
}

/** What the rules say to the bytes, in pieces of `size`. */
function verdict(bytes: Buffer, size: number): number | undefined {
  const rules = new FrameRules();
  for (let start = 0; start < bytes.length; start += size) {
    const code = rules.violation(bytes.subarray(start, start + size));
    if (code !== undefined) return code;
  }
  return undefined;
}

const unfinished = { last: false };
const eightParts = Array.from({ length: 8 }, () => 16 * kib);

const vectors: [string, Buffer[], number | undefined][] = [
  ['a short message', [frame('text', 5)], undefined],
  ['an empty message', [frame('text', 0), frame('text', 0)], undefined],
  ['a message of 126 bytes', [frame('text', 126)], undefined],
  ['a frame of exactly 32 KB', [frame('text', 32 * kib)], undefined],
  ['a frame of one byte more', [frame('text', 32 * kib + 1)], 1009],
  ['a frame of over 64 KB', [frame('text', 70_000)], 1009],
  ['a long continuation frame', [frame('text', 1, unfinished), frame('continuation', 32 * kib + 1)], 1009],
  [
    'a message of exactly 128 KB',
    [frame('text', 0, unfinished), ...eightParts.map((part) => frame('continuation', part, unfinished))],
    undefined,
  ],
  [
    'a message of one byte more',
    [
      frame('text', 1, unfinished),
      ...eightParts.map((part) => frame('continuation', part, unfinished)),
      frame('continuation', 0),
    ],
    1009,
  ],
  [
    'a ping within a message does not begin the count anew',
    [
      frame('text', 1, unfinished),
      frame('ping', 0),
      ...eightParts.map((part) => frame('continuation', part, unfinished)),
    ],
    1009,
  ],
  ['messages of 128 KB together', Array.from({ length: 6 }, () => frame('text', 30 * kib)), undefined],
  [
    'control frames within a message',
    [frame('text', 5, unfinished), frame('ping', 125), frame('continuation', 5)],
    undefined,
  ],
  ['a pong and a close', [frame('pong', 0), frame('close', 2)], undefined],
  ['a binary frame', [frame('text', 5), frame('binary', 1)], 1003],
];

test.each(vectors)('%s, whole and in pieces', (_name, frames, expected) => {
  const bytes = Buffer.concat(frames);
  for (const size of [bytes.length, 4096, 7, 1]) expect(verdict(bytes, size)).toBe(expected);
});

test('a frame is judged by its header, before its payload has come', () => {
  const header = frame('text', 32 * kib + 1).subarray(0, 8);

  expect(verdict(header, 1)).toBe(1009);
});

test('a length beyond what a number can hold is too large', () => {
  const header = Buffer.from([0x81, 0xff, ...Array(8).fill(0xff), 1, 2, 3, 4]);

  expect(verdict(header, 1)).toBe(1009);
});
