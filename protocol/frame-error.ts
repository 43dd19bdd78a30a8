/**
 * Why a framed socket is not registered, or not any more. After an error frame the socket is closed, but for
 * `not-registered` and `plain-connection`. The codes are stable.
 */
export const FrameErrorCode = {
  /** The frame is not what its action takes. */
  badFrame: 'bad-frame',
  /**
   * A replay was asked for on a connection that is not registered in frames, or not any more. The socket stays open: it
   * may register.
   */
  notRegistered: 'not-registered',
  /** `claimed`: the uid can't be one. */
  unusableUid: 'unusable-uid',
  /** The connection is registered as another uid. */
  otherUid: 'other-uid',
  /** The connection is registered, by a plain message, and stays plain. The socket stays open. */
  plainConnection: 'plain-connection',
  /** Longer than a token may be. */
  tokenTooLarge: 'token-too-large',
  /** Not a JWT. */
  tokenMalformed: 'token-malformed',
  /** Signed in another way than is accepted, or not at all. */
  tokenAlgorithm: 'token-algorithm',
  /** The signature is not of a key that is valid now. */
  tokenSignature: 'token-signature',
  /** For another audience. */
  tokenAudience: 'token-audience',
  /** By another issuer. */
  tokenIssuer: 'token-issuer',
  /** `exp` or `sub` is missing, or not what it must be. */
  tokenClaims: 'token-claims',
  /** It has ended: try again with a fresh one. */
  tokenExpired: 'token-expired',
  /** It has not begun: try again later, or with a fresh one. */
  tokenNotYetValid: 'token-not-yet-valid',
  /** With `revocation=true`: it was issued before its uid was logged out. Try again with a fresh one. */
  tokenRevoked: 'token-revoked',
  /** With `revocation=true`: a backend has blocked the uid for a time. */
  blocked: 'blocked',
  /** With `sessions=single`: a newer connection of the uid took its place. */
  replaced: 'replaced',
  /** A backend closed the uid's connections. */
  disconnected: 'disconnected',
  /** A service that is needed did not answer: try again later with the same frame. */
  unavailable: 'unavailable',
} as const;
export type FrameErrorCode = (typeof FrameErrorCode)[keyof typeof FrameErrorCode];

export type FrameError = { code: FrameErrorCode; message: string };

/** After these a client tries again, with a fresh credential; after every other code it is not authorised and stops. */
export const RETRYABLE_FRAME_ERRORS = [
  'not-registered',
  'token-expired',
  'token-not-yet-valid',
  'token-revoked',
  'unavailable',
] as const satisfies readonly FrameErrorCode[];
