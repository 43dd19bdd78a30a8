import { createHash } from 'node:crypto';

/** One name for a key and a uid, whatever they contain: a uid has no byte that is 0xff, since UTF-8 has none. */
export function pushRequestName(uid: string, key: string): string {
  return createHash('sha256').update(uid).update(Uint8Array.of(0xff)).update(key).digest('hex');
}

/** Never the name of a push: no uid is empty. */
export function broadcastRequestName(key: string): string {
  return pushRequestName('', key);
}

/** Of the text, verbatim, and how long it is kept. */
export function fingerprintOf(text: string, ttlSeconds = 0): string {
  return createHash('sha256').update(`${ttlSeconds}\n${text}`).digest('hex');
}
