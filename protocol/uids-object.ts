import { parseJson } from './json-text.ts';
import { kindOf, mistakeIn } from './message.ts';
import { ProblemCode } from './problem.ts';
import { readUids } from './uid-list.ts';
import { decodeUtf8 } from './utf8.ts';

export type UidsProblem = { code: ProblemCode; detail: string };

export type UidsRule = {
  /** What problems call the text: `the body`. */
  name: string;
  /** How many uids there may be, before those that come again are left out. */
  least: 0 | 1;
  most: number;
};

/** Reads `{"uids":[…]}`, texts and integers, and returns each uid once. `text`: the object as it was written. */
export function parseUidsObject(
  bytes: Uint8Array,
  { name, least, most }: UidsRule,
): { uids: string[]; text: string } | UidsProblem {
  const text = decodeUtf8(bytes);
  if (text === undefined) return { code: ProblemCode.invalidUtf8, detail: `${name} is not UTF-8` };
  const value = parseJson(text);
  if (value === undefined) {
    return { code: ProblemCode.invalidJson, detail: `in ${name}, ${mistakeIn(text)}` };
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return { code: ProblemCode.notAnObject, detail: `${name} is ${kindOf(value)}, not a JSON object` };
  }
  const uids: unknown = Object.hasOwn(value, 'uids') ? (value as { uids: unknown }).uids : undefined;
  if (!Array.isArray(uids) || uids.length < least || Object.keys(value).length > 1) {
    const array = least === 0 ? 'an array' : 'an array of at least one';
    return {
      code: ProblemCode.invalidRequest,
      detail: `${name} has a member "uids", ${array}, and no other`,
    };
  }
  if (uids.length > most) {
    return { code: ProblemCode.tooLarge, detail: `${name} may have ${most} uids; this one has more` };
  }
  const read = readUids(uids, text);
  return 'code' in read ? read : { uids: read, text };
}
