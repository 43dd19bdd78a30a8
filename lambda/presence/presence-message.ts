import * as v from 'valibot';
import type { Look } from './presence-table.ts';

/** A message of the queue that waits for the grace, or of the one of looks. */
export type PresenceMessage = { settle: string } | { look: Look };

const messageSchema = v.union([
  v.object({ settle: v.string() }),
  v.object({
    look: v.object({ uid: v.string(), isSettled: v.boolean(), isDue: v.boolean() }),
  }),
]);

/** Parses the body of a queue's message. Throws when it is none of presence. */
export function parsePresenceMessage(body: string): PresenceMessage {
  return v.parse(messageSchema, JSON.parse(body));
}
