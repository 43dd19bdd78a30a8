import { createHmac } from 'node:crypto';

/** 64 bits: of a million users two have the same with a chance of one in 37 million. */
const digits = 16;

/**
 * Stands for a uid in the logs: a keyed hash, so that a user's lines are found by who has the key and the uid, and a
 * log alone names nobody. `key`: the stack's output `UidHashKey`.
 */
export function uidHash(uid: string, key: string): string {
  return createHmac('sha256', key).update(uid).digest('hex').slice(0, digits);
}
