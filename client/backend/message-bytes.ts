import { isUint8Array } from 'node:util/types';
import { isBlank } from '../../protocol/line-decoder.ts';
import { encodeUtf8, isWellFormed } from '../../protocol/utf8.ts';

/**
 * One message: its JSON text, or that text's bytes, which both are sent verbatim; or an object, which is sent as
 * `JSON.stringify` writes it. At most 131,072 bytes. A number can hold an integer exactly up to 9,007,199,254,740,991;
 * a larger uid must be a string.
 */
export type PushMessage = string | Uint8Array | MessageObject;

/** An object that has a uid. The first type accepts values of an interface, the second literals with any members. */
export type MessageObject =
  | (object & {
      /** Whom the message is for. */
      uid: string | number;
    })
  | {
      /** Whom the message is for. */
      uid: string | number;
      [member: string]: unknown;
    };

/**
 * A message of a multicast: its JSON text, or that text's bytes, which both are sent verbatim; or an object, which is
 * sent as `JSON.stringify` writes it. At most 131,072 bytes, without a line break.
 */
export type MulticastMessage = string | Uint8Array | object;

/**
 * Throws a `TypeError` for what can't be sent as it is. What it says is for the service to judge. `name`: of the
 * message in the error.
 */
export function messageBytes(
  message: PushMessage | MulticastMessage,
  name = 'The message',
): Uint8Array<ArrayBuffer> {
  if (typeof message === 'string') return textBytes(message, name);
  // Bytes of another realm too, as tests in Jest have them.
  if (isUint8Array(message)) return new Uint8Array(message);
  if (typeof message !== 'object' || message === null) {
    throw new TypeError(`${name} is not an object, a text or bytes.`);
  }
  if ('uid' in message && typeof message.uid === 'number' && !Number.isSafeInteger(message.uid)) {
    throw new TypeError(`${name} has a uid that is not an integer that a number can hold exactly.`);
  }
  return encodeUtf8(jsonOf(message, name));
}

const newline = new Uint8Array([0x0a]);

/** One line for each message. */
export function messageLines(messages: readonly PushMessage[]): Uint8Array<ArrayBuffer> {
  return linesOf(messages.map((message, index) => lineBytes(message, `Message ${index}, counted from 0,`)));
}

/** The line of uids, and that of the message. */
export function multicastLines(
  uids: readonly (string | number)[],
  message: MulticastMessage,
): Uint8Array<ArrayBuffer> {
  return linesOf([uidsBytes(uids), lineBytes(message, 'The message')]);
}

/** `{"uids":[…]}`. Throws a `TypeError` for what is no text and no exact integer. */
export function uidsBytes(uids: readonly (string | number)[]): Uint8Array<ArrayBuffer> {
  if (!Array.isArray(uids)) throw new TypeError('The uids are not an array.');
  for (const [index, uid] of uids.entries()) {
    if (typeof uid === 'string' || Number.isSafeInteger(uid)) continue;
    throw new TypeError(
      `Uid ${index}, counted from 0, is no text, nor an integer that a number holds exactly.`,
    );
  }
  return encodeUtf8(JSON.stringify({ uids }));
}

function lineBytes(message: PushMessage | MulticastMessage, name: string): Uint8Array<ArrayBuffer> {
  const bytes = messageBytes(message, name);
  // One line with a break in it would be answered as two, and every result after it would belong to another line.
  if (bytes.includes(0x0a)) throw new TypeError(`${name} has a line break in it.`);
  // A blank line has no result.
  if (isBlank(bytes)) throw new TypeError(`${name} is blank.`);
  return bytes;
}

function linesOf(lines: readonly Uint8Array<ArrayBuffer>[]): Uint8Array<ArrayBuffer> {
  return Buffer.concat(lines.flatMap((line) => [line, newline]));
}

export function textBytes(text: string, name = 'The text'): Uint8Array<ArrayBuffer> {
  if (typeof text !== 'string') throw new TypeError(`${name} is not a text.`);
  if (!isWellFormed(text)) {
    throw new TypeError(`${name} has a lone surrogate, which UTF-8 cannot express.`);
  }
  return encodeUtf8(text);
}

/** The errors of `JSON.stringify` name members of the message. */
function jsonOf(message: object, name: string): string {
  let json: string | undefined;
  try {
    json = JSON.stringify(message);
  } catch {
    // Said below.
  }
  if (json === undefined) throw new TypeError(`${name} can't be written as JSON.`);
  return json;
}
