import { MAX_MESSAGE_BYTES } from '../../protocol/limits.ts';
import { CloseCode } from './close-codes.ts';
import { MAX_FRAME_BYTES } from './limits.ts';

const binaryOpcode = 0x2;
const firstControlOpcode = 0x8;

/**
 * Which frames of a client API Gateway does not take. `ws` reports messages, not frames, so this reads the frames'
 * headers (RFC 6455, section 5.2) from the same bytes, in whatever pieces they come, and skips the payloads. Broken
 * frames are left to `ws`.
 *
 * A frame over 32 KB or a message over 128 KB closes the connection with 1009, a binary frame with 1003.
 * Source:
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-routes-integrations.html
 */
export class FrameRules {
  #header: number[] = [];
  #payloadLeft = 0;
  #messageBytes = 0;

  /** The code to close with, once a header in `chunk` breaks a rule. */
  violation(chunk: Uint8Array): CloseCode | undefined {
    let index = 0;
    while (index < chunk.length) {
      const skipped = Math.min(this.#payloadLeft, chunk.length - index);
      this.#payloadLeft -= skipped;
      index += skipped;

      const byte = chunk[index++];
      if (byte === undefined) return undefined;
      this.#header.push(byte);
      if (this.#header.length < headerLength(this.#header)) continue;

      const header = this.#header;
      this.#header = [];
      this.#payloadLeft = payloadLength(header);
      const code = this.#judge(header, this.#payloadLeft);
      if (code !== undefined) return code;
    }
    return undefined;
  }

  #judge([first = 0]: number[], length: number): CloseCode | undefined {
    const opcode = first & 0x0f;
    if (opcode >= firstControlOpcode) return undefined;
    if (opcode === binaryOpcode) return CloseCode.binaryFrame;

    const isLast = (first & 0x80) !== 0;
    const messageBytes = this.#messageBytes + length;
    this.#messageBytes = isLast ? 0 : messageBytes;
    return length > MAX_FRAME_BYTES || messageBytes > MAX_MESSAGE_BYTES ? CloseCode.tooLarge : undefined;
  }
}

/** Returns the length of the header that begins with these bytes; 2 until it is known. */
function headerLength([, second]: number[]): number {
  if (second === undefined) return 2;
  const mask = (second & 0x80) === 0 ? 0 : 4;
  return 2 + extendedLength(second) + mask;
}

function payloadLength([, second = 0, ...rest]: number[]): number {
  const extended = extendedLength(second);
  if (extended === 0) return second & 0x7f;
  return rest.slice(0, extended).reduce((length, byte) => length * 256 + byte, 0);
}

/** Bytes of the length that follow the second byte. */
function extendedLength(second: number): number {
  const length = second & 0x7f;
  if (length === 126) return 2;
  return length === 127 ? 8 : 0;
}
