import { createHash, timingSafeEqual } from 'node:crypto';

/** Whether `secret` is one of `valid`, in a time that reveals nothing about any of them. */
export function isOneOf(secret: string, valid: readonly string[]): boolean {
  // Hashes have one length, which timingSafeEqual needs; every value is compared, whichever matches.
  const hash = sha256(secret);
  return valid.map((value) => timingSafeEqual(hash, sha256(value))).includes(true);
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
