import { MAX_UID_BYTES } from './limits.ts';
import { isWellFormed } from './utf8.ts';

/**
 * Why `uid` can't be the name of a user, or `undefined` when it can: a non-empty string of at most 1,024 bytes of
 * UTF-8. Nothing is trimmed or normalised; uids are compared byte for byte.
 */
export function uidProblem(uid: string): string | undefined {
  if (uid === '') return 'an empty uid';
  if (!isWellFormed(uid)) return 'a uid with a lone surrogate, which UTF-8 cannot express';
  // A UTF-16 unit has at least one byte, so a huge text is refused without being encoded. Jest’s jsdom has no
  // `TextEncoder`.
  const bytes = uid.length > MAX_UID_BYTES ? uid.length : encodeURIComponent(uid).replace(/%../g, '%').length;
  if (bytes > MAX_UID_BYTES) return `a uid of over ${MAX_UID_BYTES} bytes`;
  return undefined;
}
