import { randomBytes } from 'node:crypto';

/**
 * A name as API Gateway gives them to connections, requests and messages: eleven bytes, such as `L0SM9cOFvHcCIhw=`;
 * published ones have `-` and `_`, so the alphabet is the one for URLs. The `=` is why a caller must encode it in a
 * path.
 */
export function newId(): string {
  return `${randomBytes(11).toString('base64url')}=`;
}

export function isId(text: string): boolean {
  return /^[\w-]{15}=$/.test(text);
}
