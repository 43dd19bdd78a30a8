import { createHash, timingSafeEqual } from 'node:crypto';

/** The secret of an `Authorization: Bearer <secret>` header; `undefined` when there is none. RFC 6750. */
export function bearerOf(header: string | undefined): string | undefined {
  return /^Bearer +([^ ]+)$/i.exec(header ?? '')?.[1];
}

/** Whether `secret` is one of `valid`, in a time that tells nothing about any of them. */
export function isOneOf(secret: string, valid: readonly string[]): boolean {
  // Hashes have one length, which timingSafeEqual needs; every value is compared, whichever fits.
  const hash = sha256(secret);
  return valid.map((value) => timingSafeEqual(hash, sha256(value))).includes(true);
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
