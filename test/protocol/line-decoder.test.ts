import { describe, expect, it } from 'vitest';
import { type Line, LineDecoder } from '../../protocol/line-decoder.ts';
import * as fc from '../support/properties.ts';

const maxLineBytes = 8;
const tooLong = { tooLong: true };

/**
 * What the decoder must answer, said plainly: needs the whole input at once. A last line without its `\n` is no line.
 */
function reference(input: Buffer): unknown[] {
  return input
    .toString('latin1')
    .split('\n')
    .slice(0, -1)
    .map((line) => line.replace(/\r+$/, ''))
    .map((line) => (line.length > maxLineBytes ? tooLong : line));
}

/** Lines are copied as they come: they may share memory with what comes next. */
function decode(decoder: LineDecoder, chunks: Iterable<Uint8Array>): unknown[] {
  const lines: unknown[] = [];
  for (const chunk of chunks) for (const line of decoder.push(chunk)) lines.push(readable(line));
  return lines;
}

function readable(line: Line): unknown {
  return 'bytes' in line ? Buffer.from(line.bytes).toString('latin1') : tooLong;
}

function byteByByte(input: Buffer): Uint8Array[] {
  return Array.from(input, (byte) => Uint8Array.of(byte));
}

/** Cuts `input` at the given places, sharing one buffer that is overwritten for each piece, as some streams do. */
function* cutAt(input: Buffer, places: number[]): Generator<Uint8Array> {
  const reused = Buffer.alloc(input.length);
  let start = 0;
  for (const place of [
    ...places.map((place) => Math.min(place, input.length)).sort((a, b) => a - b),
    input.length,
  ]) {
    const length = input.copy(reused, 0, start, place);
    yield reused.subarray(0, length);
    start = place;
  }
}

describe('the line decoder, whole and byte by byte', () => {
  it.each<[string, string, unknown[]]>([
    ['reads one line', 'abc\n', ['abc']],
    ['reads several lines', 'a\nb\nc\n', ['a', 'b', 'c']],
    ['reads empty lines', '\n\na\n\n', ['', '', 'a', '']],
    ['takes CRLF for an ending', 'a\r\nb\r\n', ['a', 'b']],
    ['takes any number of CRs before the LF for the ending', 'a\r\r\r\n\r\n\r\r\n', ['a', '', '']],
    ['keeps a CR inside a line', 'a\rb\n\ra\n', ['a\rb', '\ra']],
    ['answers no line before its LF', 'a\nb', ['a']],
    ['answers nothing for nothing', '', []],
    ['keeps every byte as it is', '\x00\xff\xc3\n\x80\n', ['\x00\xff\xc3', '\x80']],
    ['reads a line of the limit', '12345678\n', ['12345678']],
    ['tells a line over the limit, and goes on at the next', 'a\n123456789\nb\n', ['a', tooLong, 'b']],
    ['tells a line far over the limit once', `${'x'.repeat(1_000)}\nb\n`, [tooLong, 'b']],
    ['reads a line of the limit with CRLF', '12345678\r\nb\n', ['12345678', 'b']],
    ['reads a line of the limit with many CRs', `12345678${'\r'.repeat(50)}\nb\n`, ['12345678', 'b']],
    ['tells a line that CRs inside it bring over the limit', `1234${'\r'.repeat(50)}5\nb\n`, [tooLong, 'b']],
    ['tells a line whose CR at the limit is no ending', '12345678\r9\nb\n', [tooLong, 'b']],
    ['tells a line whose last byte within the limit is a CR inside it', '1234567\r9\nb\n', [tooLong, 'b']],
    ['reads an empty line of nothing but CRs over the limit', `${'\r'.repeat(50)}\nb\n`, ['', 'b']],
    [
      'forgets the CRs of a line with the line',
      `${'\r'.repeat(9)}\na\n12345678\n123456789\n`,
      ['', 'a', '12345678', tooLong],
    ],
    [
      'tells two lines over the limit one after the other',
      '123456789\n123456789\n\n',
      [tooLong, tooLong, ''],
    ],
  ])('%s', (_, text, lines) => {
    const input = Buffer.from(text, 'latin1');

    expect(reference(input)).toEqual(lines);
    expect(decode(new LineDecoder(maxLineBytes), [input])).toEqual(lines);
    expect(decode(new LineDecoder(maxLineBytes), byteByByte(input))).toEqual(lines);
  });
});

/** Bytes in which endings and long lines are frequent. */
const streams = fc
  .array(
    fc.oneof(
      fc.constantFrom('\n', '\r', '\r\n', 'x'.repeat(maxLineBytes), '\r'.repeat(maxLineBytes)),
      fc.uint8Array({ maxLength: 10 }).map((bytes) => Buffer.from(bytes).toString('latin1')),
    ),
  )
  .map((parts) => Buffer.from(parts.join(''), 'latin1'));

describe('the line decoder', () => {
  it('answers the same lines wherever the stream is cut', () => {
    fc.assert(
      fc.property(streams, fc.array(fc.nat(200)), (input, places) => {
        expect(decode(new LineDecoder(maxLineBytes), cutAt(input, places))).toEqual(reference(input));
      }),
      { numRuns: 2_000 },
    );
  });

  it('keeps the start of a line over the limit, so that it can be told what the line is', () => {
    const line = `POST /${'x'.repeat(100)}\n`;
    for (const chunks of [[Buffer.from(line)], byteByByte(Buffer.from(line))]) {
      const decoder = new LineDecoder(64);
      const starts = chunks.flatMap((chunk) =>
        Array.from(decoder.push(chunk), (one) => 'start' in one && Buffer.from(one.start).toString()),
      );
      expect(starts).toEqual([`POST /${'x'.repeat(26)}`]);
    }
  });

  it('reads lines of at most 131,072 bytes unless told otherwise', () => {
    const longest = 'x'.repeat(131_072);

    expect(decode(new LineDecoder(), [Buffer.from(`${longest}\n${longest}x\n`)])).toEqual([longest, tooLong]);
  });

  it.each([
    ['x', tooLong],
    ['\r', ''],
  ])('keeps no more bytes than the limit of a line without an end (%j)', (byte, line) => {
    const chunk = Buffer.alloc(65_536, byte);
    const decoder = new LineDecoder();
    const before = process.memoryUsage().arrayBuffers;
    for (let i = 0; i < 500; i++) expect([...decoder.push(chunk)]).toEqual([]);

    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(5_000_000);
    expect(decode(decoder, [Buffer.from('\na\n')])).toEqual([line, 'a']);
  });

  it('may be read slowly: the rest of a chunk waits until it is asked for', () => {
    const lines = new LineDecoder().push(Buffer.from('a\nb\nc'));

    expect(readable(lines.next().value)).toBe('a');
    expect(readable(lines.next().value)).toBe('b');
    expect(lines.next().done).toBe(true);
  });
});

describe('all the lines of a text', () => {
  function linesOf(text: string): unknown[] {
    return Array.from(LineDecoder.linesOf(Buffer.from(text), maxLineBytes), readable);
  }

  it.each<[string, string, unknown[]]>([
    ['end with or without a last LF: with', 'a\nb\n', ['a', 'b']],
    ['end with or without a last LF: without', 'a\nb', ['a', 'b']],
    ['lose the CR of a last line without LF', 'a\r\nb\r', ['a', 'b']],
    ['are none when there is nothing', '', []],
    ['are one empty line when there is one LF', '\n', ['']],
    ['tell a last line over the limit', 'a\n123456789', ['a', tooLong]],
  ])('%s', (_, text, lines) => {
    expect(linesOf(text)).toEqual(lines);
  });
});
