/** What can be read here of a token; whether it is good is not looked at. */
export type TokenClaims = {
  /** The uid that it proves: its `sub`. */
  uid?: string | undefined;
  /** Its `exp`, in milliseconds since the epoch; NaN if it has none. */
  expiresAt?: number;
};

export function tokenClaims(token: string): TokenClaims {
  try {
    const [, claims = ''] = token.split('.');
    const binary = atob(claims.replaceAll('-', '+').replaceAll('_', '/'));
    const bytes = Uint8Array.from(binary, (character) => character.charCodeAt(0));
    const { sub, exp } = JSON.parse(new TextDecoder().decode(bytes));
    return { uid: typeof sub === 'string' ? sub : undefined, expiresAt: exp * 1_000 };
  } catch {
    return {};
  }
}
