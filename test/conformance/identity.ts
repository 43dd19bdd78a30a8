import { createToken, type TokenOptions } from '../../client/backend/create-token.ts';
import { registerFrame } from '../../client/browser/frames.ts';

/** How browsers prove who they are to the deployment. */
export type ConformanceIdentity =
  | { kind: 'claimed' }
  /** Tokens signed with the stack's secret, with its `tokenAudience` and `tokenIssuer` if it has any. */
  | { kind: 'signed'; secret: string; audience?: string; issuer?: string }
  /** The one token of an OpenID provider that was given, and its `sub`. */
  | { kind: 'given'; token: string; uid: string };

/** The groups that a token names, and the uids that its page may watch. */
export type Claims = Pick<TokenOptions, 'groups' | 'watch'>;

/** The credential with which a browser registers as `uid`. `claims`: of a token of ours. */
export async function credentialOf(
  identity: ConformanceIdentity,
  uid: string,
  claims: Claims = {},
): Promise<string> {
  switch (identity.kind) {
    case 'claimed':
      return uid;
    case 'given':
      return identity.token;
    case 'signed': {
      const { kind, ...options } = identity;
      return createToken({ uid, ...options, ...claims });
    }
  }
}

/**
 * The frame with which a framed socket registers. `since`: the last stored message that it has, if it wants those after
 * it.
 */
export function registerFrameOf(
  identity: ConformanceIdentity,
  credential: string,
  since: number | undefined,
  device?: string,
): string {
  const kind = identity.kind === 'claimed' ? 'claimed' : 'token';
  return registerFrame({ identity: kind, ...(device !== undefined && { device }) }, credential, since);
}
