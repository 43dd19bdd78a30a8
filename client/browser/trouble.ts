import { RETRYABLE_FRAME_ERRORS } from '../../protocol/frame-error.ts';

/** Why there is no connection at present. The values are stable: programs compare them. */
export const TroubleReason = {
  /** `credential` threw, rejected, returned what can't be a credential, or took over 30 seconds. */
  credentialFailed: 'credential-failed',
  /** No socket could be opened. */
  unreachable: 'unreachable',
  /** The socket was closed: by the service, or by the network. */
  connectionLost: 'connection-lost',
  /** The service did not answer in time. */
  noAnswer: 'no-answer',
  /** The service has a failure of its own. */
  unavailable: 'unavailable',
  /** The service has lost the registration of the connection. */
  notRegistered: 'not-registered',
  /** The token had ended; the next attempt brings a fresh one. */
  tokenExpired: 'token-expired',
  /** The token is for later, or a clock is wrong; the next attempt brings a fresh one. */
  tokenNotYetValid: 'token-not-yet-valid',
  /** The token was issued before its user was logged out; the next attempt brings a fresh one. */
  tokenRevoked: 'token-revoked',
} as const;
export type TroubleReason = (typeof TroubleReason)[keyof typeof TroubleReason];

/** Returns the reason for an error frame after which a client tries again; undefined for one that is final. */
export function passingTrouble(code: string): TroubleReason | undefined {
  return RETRYABLE_FRAME_ERRORS.find((reason) => reason === code);
}
