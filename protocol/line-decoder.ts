import { MAX_MESSAGE_BYTES } from './limits.ts';

const newline = 0x0a;
const carriageReturn = 0x0d;

/** Bytes kept of a line that is too long, to recognise it. */
const keptBytes = 32;

/** A line's bytes without its ending, or that it was longer than the limit, and its first bytes. */
export type Line = { bytes: Uint8Array } | { tooLong: true; start: Uint8Array };

/**
 * Cuts a stream of bytes into lines: bytes in, lines out, whatever pieces they come in. `\n` ends a line; `\r`s before
 * it are not part of the line. Holds at most `maxLineBytes` bytes: a longer line is skipped up to its `\n`, then
 * reported as too long.
 */
export class LineDecoder {
  readonly #maxLineBytes: number;
  /**
   * The line so far: the first `#length` bytes of a buffer that grows by doubling, so that single bytes cost no object
   * each.
   */
  #buffer = new Uint8Array(0);
  #length = 0;
  #tooLong = false;

  constructor(maxLineBytes: number = MAX_MESSAGE_BYTES) {
    this.#maxLineBytes = maxLineBytes;
  }

  /** The lines that `chunk` completes, in order. They may share memory with it. Read them all before the next call. */
  *push(chunk: Uint8Array): Generator<Line> {
    let start = 0;
    for (let end = chunk.indexOf(newline); end !== -1; end = chunk.indexOf(newline, start)) {
      const piece = chunk.subarray(start, end);
      start = end + 1;
      const isWhole = this.#isEmpty && piece.length <= this.#maxLineBytes;
      if (isWhole) {
        yield { bytes: withoutEnding(piece) };
      } else {
        this.#keep(piece);
        yield this.#takeLine();
      }
    }
    this.#keep(chunk.subarray(start));
  }

  /** Returns the bytes since the last `\n` as a line, for streams whose last line needs no ending. */
  *end(): Generator<Line> {
    if (!this.#isEmpty) yield this.#takeLine();
  }

  /** All the lines of `bytes`; the last one needs no ending. */
  static *linesOf(bytes: Uint8Array, maxLineBytes?: number): Generator<Line> {
    const decoder = new LineDecoder(maxLineBytes);
    yield* decoder.push(bytes);
    yield* decoder.end();
  }

  get #isEmpty(): boolean {
    return this.#length === 0 && !this.#tooLong;
  }

  #keep(piece: Uint8Array): void {
    if (this.#tooLong || piece.length === 0) return;
    const room = this.#maxLineBytes - this.#length;
    // `\r`s beyond the limit are not kept: they are the line's ending, unless something else follows.
    const beyond = piece.subarray(room);
    if (beyond.some((byte) => byte !== carriageReturn)) {
      this.#tooLong = true;
      this.#append(piece.subarray(0, Math.min(room, keptBytes)));
      this.#buffer = this.#buffer.slice(0, Math.min(this.#length, keptBytes));
      return;
    }
    this.#append(piece.subarray(0, room));
  }

  #append(bytes: Uint8Array): void {
    const needed = this.#length + bytes.length;
    if (needed > this.#buffer.length) {
      const larger = new Uint8Array(Math.min(this.#maxLineBytes, Math.max(needed, 2 * this.#buffer.length)));
      larger.set(this.#buffer.subarray(0, this.#length));
      this.#buffer = larger;
    }
    this.#buffer.set(bytes, this.#length);
    this.#length = needed;
  }

  #takeLine(): Line {
    const line: Line = this.#tooLong
      ? { tooLong: true, start: this.#buffer }
      : { bytes: withoutEnding(this.#buffer.subarray(0, this.#length)) };
    this.#buffer = new Uint8Array(0);
    this.#length = 0;
    this.#tooLong = false;
    return line;
  }
}

/**
 * The lines of `bytes` that are not blank; the last one needs no ending. Blank ones, however long, are passed over byte
 * by byte: there may be millions of them.
 */
export function* linesButBlankOnes(bytes: Uint8Array, maxLineBytes?: number): Generator<Line> {
  for (let start = lineStartFrom(bytes, 0); start < bytes.length; ) {
    const newlineAt = bytes.indexOf(newline, start);
    const end = newlineAt === -1 ? bytes.length : newlineAt;
    yield* LineDecoder.linesOf(bytes.subarray(start, end), maxLineBytes);
    start = lineStartFrom(bytes, end + 1);
  }
}

/** Where the next line that is not blank begins, at `from` or after it; the end of `bytes` when there is none. */
function lineStartFrom(bytes: Uint8Array, from: number): number {
  let start = from;
  for (let index = from; index < bytes.length; index++) {
    if (bytes[index] === newline) start = index + 1;
    else if (!isWhiteSpace(bytes[index])) return start;
  }
  return bytes.length;
}

/** Whether a line holds nothing but white space of JSON. */
export function isBlank(bytes: Uint8Array): boolean {
  return bytes.every(isWhiteSpace);
}

function isWhiteSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x09 || byte === carriageReturn;
}

function withoutEnding(bytes: Uint8Array): Uint8Array {
  let end = bytes.length;
  while (end > 0 && bytes[end - 1] === carriageReturn) end--;
  return bytes.subarray(0, end);
}
