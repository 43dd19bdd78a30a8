/** The uid that a token proves: its `sub`. Undefined when that can't be read here; whether the token is good is not looked at. */
export function tokenUid(token: string): string | undefined {
  try {
    const [, claims = ''] = token.split('.');
    const binary = atob(claims.replaceAll('-', '+').replaceAll('_', '/'));
    const bytes = Uint8Array.from(binary, (character) => character.charCodeAt(0));
    const { sub } = JSON.parse(new TextDecoder().decode(bytes));
    return typeof sub === 'string' ? sub : undefined;
  } catch {
    return undefined;
  }
}
