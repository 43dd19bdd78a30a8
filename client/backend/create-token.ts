import { SignJWT } from 'jose';
import { uidProblem } from '../../protocol/uid.ts';
import { encodeUtf8 } from '../../protocol/utf8.ts';

export type TokenOptions = {
  /** Whom the token proves: a non-empty string of at most 1,024 bytes of UTF-8. */
  uid: string;
  /** The current value of the stack's token secret (its output `TokenSecretName`). */
  secret: string;
  /** How long the token is valid from now on: whole seconds, at least 1. Default: 3600, an hour. */
  ttlSeconds?: number;
  /** The token's `aud`, where the stack has a `tokenAudience`. Default: none. */
  audience?: string;
  /** The token's `iss`, where the stack has a `tokenIssuer`. Default: none. */
  issuer?: string;
  /** The time in milliseconds since the epoch. Default: the system's. */
  now?: () => number;
};

/**
 * A token with which a browser proves that it is `uid`: a JWT, signed with the secret by HS256. Give it to the user who is logged in as
 * this uid and to nobody else. When it ends, pushes stop to the connections that registered with it, unless a fresh one extends them.
 *
 * Rejects with a `TypeError` for a uid, a secret or a `ttlSeconds` that makes no token.
 */
export async function createToken({
  uid,
  secret,
  ttlSeconds = 3_600,
  audience,
  issuer,
  now = Date.now,
}: TokenOptions): Promise<string> {
  const problem = uidProblem(uid);
  if (problem) throw new TypeError(`A token needs a uid, not ${problem}.`);
  if (secret === '') throw new TypeError('A token needs a secret that is not empty.');
  if (!Number.isSafeInteger(ttlSeconds) || ttlSeconds < 1) {
    throw new TypeError(`ttlSeconds must be a whole number of seconds from 1 on, not ${ttlSeconds}.`);
  }
  const issuedAt = Math.floor(now() / 1_000);
  return new SignJWT({ ...(audience && { aud: audience }), ...(issuer && { iss: issuer }) })
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .setSubject(uid)
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + ttlSeconds)
    .sign(encodeUtf8(secret));
}
