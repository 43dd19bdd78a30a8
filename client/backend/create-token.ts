import { SignJWT } from 'jose';
import * as v from 'valibot';
import { uidProblem } from '../../protocol/uid.ts';
import { encodeUtf8 } from '../../protocol/utf8.ts';
import { checkOptions, functionOf, secretText, wholeNumber } from './check-options.ts';

/** Options of `createToken`. */
export type TokenOptions = {
  /** The uid that the token proves: a non-empty string of at most 1,024 bytes of UTF-8. */
  uid: string;
  /** The current value of the stack's token secret (its output `TokenSecretName`). */
  secret: string;
  /**
   * How long the token is valid from now on: whole seconds, at least 1.
   * @default 3_600
   */
  ttlSeconds?: number;
  /**
   * The token's `aud`, where the stack has a `tokenAudience`.
   * @default none
   */
  audience?: string;
  /**
   * The token's `iss`, where the stack has a `tokenIssuer`.
   * @default none
   */
  issuer?: string;
  /**
   * Patterns of the groups that the page may join, where the stack has `groups`: `*` in one stands for any text.
   * @default none
   */
  groups?: readonly string[];
  /**
   * Patterns of the uids that the page may watch, where the stack has `presenceWatch`.
   * @default none
   */
  watch?: readonly string[];
  /**
   * Returns the time in milliseconds since 1970.
   * @default Date.now
   */
  now?: () => number;
};

const nonEmptyText = v.optional(v.pipe(v.string('a text'), v.nonEmpty('a text that is not empty')));
const uidRule = 'a non-empty text of at most 1,024 bytes of UTF-8';
const patterns = v.optional(v.array(v.string('texts'), 'a list of texts'));
const tokenSchema = v.strictObject({
  uid: v.pipe(
    v.string(uidRule),
    v.check((uid) => uidProblem(uid) === undefined, uidRule),
  ),
  secret: secretText,
  ttlSeconds: v.optional(wholeNumber(1, Number.MAX_SAFE_INTEGER), 3_600),
  audience: nonEmptyText,
  issuer: nonEmptyText,
  groups: patterns,
  watch: patterns,
  now: v.optional(functionOf<() => number>(), () => Date.now),
});

/**
 * Resolves to a token with which a browser proves that it is `uid`: a JWT, signed with the secret by HS256. Give it to
 * the user who is logged in as this uid and to no other. When it expires, pushes stop to the connections that
 * registered with it, unless a fresh one extends them.
 *
 * @throws {TypeError} (as a rejection) when an option is unknown or not what it must be; the message names it.
 * @example
 * ```ts
 * import { createToken } from 'uidpush/backend';
 *
 * // In the token endpoint, for the user who is logged in:
 * const token = await createToken({ uid: 'u1', secret: process.env.TOKEN_SECRET ?? '', ttlSeconds: 900 });
 * console.log(token); // eyJ…
 * ```
 */
export async function createToken(options: TokenOptions): Promise<string> {
  const { uid, secret, ttlSeconds, audience, issuer, groups, watch, now } = checkOptions(
    'createToken',
    tokenSchema,
    options,
  );
  const issuedAt = Math.floor(now() / 1_000);
  const claims = {
    ...(audience && { aud: audience }),
    ...(issuer && { iss: issuer }),
    ...(groups && { groups }),
    ...(watch && { watch }),
  };
  return new SignJWT(claims)
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .setSubject(uid)
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + ttlSeconds)
    .sign(encodeUtf8(secret));
}
