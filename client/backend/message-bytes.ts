import { encodeUtf8, isWellFormed } from '../../protocol/utf8.ts';

/**
 * One message: its JSON text, or that text's bytes, which both are sent verbatim; or an object, which is sent as `JSON.stringify`
 * writes it. A number can hold an integer exactly up to 9,007,199,254,740,991; a larger uid must be a string.
 */
export type PushMessage = string | Uint8Array | MessageObject;

/** Of whatever type, as long as it has its uid: the one is for interfaces, the other for literals. */
export type MessageObject =
  | (object & { uid: string | number })
  | { uid: string | number; [member: string]: unknown };

/** Throws a `TypeError` for what can't be sent as it is. What it says is for the service to judge. */
export function messageBytes(message: PushMessage): Uint8Array<ArrayBuffer> {
  if (typeof message === 'string') return textBytes(message);
  if (message instanceof Uint8Array) return new Uint8Array(message);
  if (typeof message.uid === 'number' && !Number.isSafeInteger(message.uid)) {
    throw new TypeError('The uid is not an integer that a number can hold exactly.');
  }
  return encodeUtf8(JSON.stringify(message));
}

export function textBytes(text: string): Uint8Array<ArrayBuffer> {
  if (!isWellFormed(text)) throw new TypeError('The text has a lone surrogate, which UTF-8 cannot express.');
  return encodeUtf8(text);
}
