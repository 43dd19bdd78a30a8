import { parseJson } from '../../protocol/json-text.ts';
import type { Registered } from '../table/connection-table.ts';

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
