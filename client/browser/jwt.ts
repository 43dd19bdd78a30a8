/** Claims that can be read here; whether the service accepts the token is not known. */
export type JwtClaims = {
  /** The uid that it proves: its `sub`. */
  uid: string | undefined;
  /** Its `exp`, in milliseconds since the epoch; NaN if it has none. */
  expiresAt: number;
};

/**
 * Returns undefined when `text` has not the shape of a JWT: three parts of base64url, of which the second is a JSON
 * object.
 */
export function jwtClaims(text: string): JwtClaims | undefined {
  const claims = /^[\w-]+\.([\w-]+)\.[\w-]*$/.exec(text)?.[1];
  if (!claims) return undefined;
  try {
    const parsed = JSON.parse(utf8Of(atob(claims.replaceAll('-', '+').replaceAll('_', '/'))));
    if (typeof parsed !== 'object' || Array.isArray(parsed)) return undefined;
    const { sub, exp } = parsed;
    return { uid: typeof sub === 'string' ? sub : undefined, expiresAt: exp * 1_000 };
  } catch {
    return undefined;
  }
}

/** Throws for bytes that are not UTF-8. Jest’s jsdom has no `TextDecoder`. */
function utf8Of(binary: string): string {
  const escaped = Array.from(binary, (byte) => `%${byte.charCodeAt(0).toString(16).padStart(2, '0')}`);
  return decodeURIComponent(escaped.join(''));
}
