import { RETRYABLE_FRAME_ERRORS } from '../../protocol/frame-error.ts';

/** Why there is no connection for now. The values are stable: programs compare them. */
export const TroubleReason = {
  /** `credential` threw, rejected, gave no string or took too long. */
  credentialFailed: 'credential-failed',
  /** No socket could be opened. */
  unreachable: 'unreachable',
  /** The socket was closed: by the service, or by the network. */
  connectionLost: 'connection-lost',
  /** The service did not answer in time. */
  noAnswer: 'no-answer',
  /** The service is in trouble itself. */
  unavailable: 'unavailable',
  /** The service knows nothing of the connection any more. */
  notRegistered: 'not-registered',
  /** The token had ended; the next attempt brings a fresh one. */
  tokenExpired: 'token-expired',
  /** The token is for later, or a clock is wrong; the next attempt brings a fresh one. */
  tokenNotYetValid: 'token-not-yet-valid',
} as const;
export type TroubleReason = (typeof TroubleReason)[keyof typeof TroubleReason];

/** The trouble that an error frame's `code` tells of; undefined when it says no for good, as every other code does. */
export function passingTrouble(code: string): TroubleReason | undefined {
  return RETRYABLE_FRAME_ERRORS.find((reason) => reason === code);
}
