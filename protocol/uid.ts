import { MAX_UID_BYTES } from './limits.ts';
import { isWellFormed, utf8Length } from './utf8.ts';

/**
 * Why `uid` can't be the name of a user, or `undefined` when it can: a non-empty string of at most 1,024 bytes of
 * UTF-8. Nothing is trimmed or normalised; uids are compared byte for byte.
 */
export function uidProblem(uid: string): string | undefined {
  return nameProblem('uid', uid, MAX_UID_BYTES);
}

/**
 * Why `text` can't be a name of this kind, or `undefined` when it can: it is not empty, has no lone surrogate, and at
 * most `maxBytes` bytes of UTF-8. Nothing is trimmed or normalised; names are compared byte for byte.
 */
export function nameProblem(kind: 'uid' | 'group', text: string, maxBytes: number): string | undefined {
  if (text === '') return `an empty ${kind}`;
  if (!isWellFormed(text)) return `a ${kind} with a lone surrogate, which UTF-8 cannot express`;
  // A UTF-16 unit has at least one byte, so a huge text is refused without being counted.
  if (text.length > maxBytes || utf8Length(text) > maxBytes) return `a ${kind} of over ${maxBytes} bytes`;
  return undefined;
}
