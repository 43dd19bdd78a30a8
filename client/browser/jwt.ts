/** What can be read here of a token; whether the service accepts it is not known. */
export type JwtClaims = {
  /** The uid that it proves: its `sub`. */
  uid: string | undefined;
  /** Its `exp`, in milliseconds since the epoch; NaN if it has none. */
  expiresAt: number;
};

/** Returns undefined when `text` has not the shape of a JWT: three parts of base64url, of which the second is a JSON object. */
export function jwtClaims(text: string): JwtClaims | undefined {
  const claims = /^[\w-]+\.([\w-]+)\.[\w-]*$/.exec(text)?.[1];
  if (!claims) return undefined;
  try {
    const binary = atob(claims.replaceAll('-', '+').replaceAll('_', '/'));
    const bytes = Uint8Array.from(binary, (character) => character.charCodeAt(0));
    const parsed = JSON.parse(new TextDecoder().decode(bytes));
    if (typeof parsed !== 'object' || Array.isArray(parsed)) return undefined;
    const { sub, exp } = parsed;
    return { uid: typeof sub === 'string' ? sub : undefined, expiresAt: exp * 1_000 };
  } catch {
    return undefined;
  }
}
