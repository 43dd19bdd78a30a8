import { parseJson } from '../../protocol/json-text.ts';
import type { Registered, Registration } from '../table/connection-table.ts';

/**
 * Whether the message of `one` comes before that of `other`, and so decides to which uid the connection belongs. The
 * Lambdas of one connection's messages run side by side, so the order of their writes says nothing: API Gateway's time
 * of receipt counts. Of two messages of one millisecond, a JSON object comes after a text that is none, as pages send
 * their uid first and data later.
 */
export function precedes(one: Registered, other: Registered): boolean {
  if (one.registeredAt !== other.registeredAt) return one.registeredAt < other.registeredAt;
  return !isJsonObject(one) && isJsonObject(other);
}

/** A raw token is never a JSON object; a raw uid is the message itself. */
function isJsonObject({ isFramed, uid }: Registered): boolean {
  if (isFramed) return true;
  const value = parseJson(uid);
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * What a message does that has written its row, now that it has read the registration:
 *
 * - `add`: there is none; it writes its own
 * - `take-over`: a later message has registered; it writes its own in place of that
 * - `follow`: an earlier message of the same uid has; the row is to have that one's mode and time
 * - `extended`: its own stands
 * - `other-uid`: an earlier message of another uid has; the row goes
 * - `closed`: the connection was closed; the row goes
 */
export type Decision =
  | { step: 'add' | 'extended' | 'other-uid' | 'closed' }
  | { step: 'take-over' | 'follow'; standing: Registered };

/**
 * @param mine The message that the row says.
 * @param found The registration as it was read.
 * @param mayPrecede Whether the message may take the place of a later one.
 */
export function decide(mine: Registered, found: Registration | undefined, mayPrecede: boolean): Decision {
  if (found === undefined) return { step: 'add' };
  if ('closed' in found) return { step: 'closed' };
  if (mayPrecede && precedes(mine, found)) return { step: 'take-over', standing: found };
  if (found.uid !== mine.uid) return { step: 'other-uid' };
  const isMine = found.registeredAt === mine.registeredAt && found.isFramed === mine.isFramed;
  return isMine ? { step: 'extended' } : { step: 'follow', standing: found };
}
