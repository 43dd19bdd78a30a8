import { firstMistake, memberSource, parseJson } from './json-text.ts';
import { MAX_MESSAGE_BYTES } from './limits.ts';
import { isRefusal, type Refusal, RefusalCode, refuse } from './refusal.ts';
import { uidProblem } from './uid.ts';
import { decodeUtf8 } from './utf8.ts';

/** One JSON object with a `uid` member. `text` is what was sent, verbatim: it is never parsed and printed again. */
export type Message = { uid: string; text: string };

/** Reads one message: bytes as they came, without the line's ending. */
export function parseMessage(bytes: Uint8Array): Message | Refusal {
  const parsed = parseObject(bytes);
  if (isRefusal(parsed)) return parsed;
  const { value, text } = parsed;
  // hasOwn: `toString` and the like are not members of the message, and an own `__proto__` is.
  const member: unknown = Object.hasOwn(value, 'uid') ? (value as { uid: unknown }).uid : undefined;
  const uid = readUid(member, () => memberSource(text, 'uid'));
  return typeof uid === 'string' ? { uid, text } : uid;
}

/** Reads a JSON object no longer than a message may be. `text`: the object as it was written. */
export function parseObject(bytes: Uint8Array): { value: object; text: string } | Refusal {
  if (bytes.length > MAX_MESSAGE_BYTES) {
    return tooLarge(bytes.length);
  }
  const text = decodeUtf8(bytes);
  if (text === undefined) return refuse(RefusalCode.invalidUtf8, 'the message is not UTF-8');

  const value = parseJson(text);
  if (value === undefined) return refuse(RefusalCode.invalidJson, mistakeIn(text));
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return refuse(RefusalCode.notAnObject, `the message is ${kindOf(value)}, not a JSON object`);
  }
  return { value, text };
}

/** `size` is `undefined` where the rest of a line was passed over without being kept or counted. */
export function tooLarge(size?: number): Refusal {
  const found = size === undefined ? 'more' : `${size} bytes`;
  return refuse(RefusalCode.tooLarge, `a message may have ${MAX_MESSAGE_BYTES} bytes; this one has ${found}`);
}

/** Reads a value of JSON that is to be a uid. `source` returns what a number was written as. */
export function readUid(member: unknown, source: () => string): string | Refusal {
  if (typeof member === 'string') {
    const problem = uidProblem(member);
    return problem ? refuse(RefusalCode.unusableUid, `found ${problem}`) : member;
  }
  if (typeof member === 'number') {
    // JSON.parse has rounded it: 9007199254740993 is 9007199254740992 as a number. The digits in the text are the uid.
    const digits = source();
    if (!/^-?\d+$/.test(digits))
      return refuse(RefusalCode.unusableUid, 'found a number that is not an integer');
    const problem = uidProblem(digits);
    return problem ? refuse(RefusalCode.unusableUid, `found ${problem}`) : digits;
  }
  const found = member === undefined ? 'no uid' : kindOf(member);
  return refuse(RefusalCode.unusableUid, `found ${found}; a uid is a string or an integer`);
}

export function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'an array';
  if (typeof value === 'object') return 'an object';
  return `a ${typeof value}`;
}

export function mistakeIn(text: string): string {
  const index = firstMistake(text);
  return index === text.length
    ? 'the JSON ends too early'
    : `the JSON is wrong at character ${index}, counted from 0`;
}
