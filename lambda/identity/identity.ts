import type { FrameError } from '../../protocol/frame-error.ts';

/**
 * The uid that a credential proves. `expiresAt`: milliseconds since the epoch at which the proof ends, if it does.
 * `issuedAt`: epoch seconds at which it was made, by the clock of who made it; of a token, where tokens can be revoked.
 */
export type Proven = { uid: string; expiresAt?: number; issuedAt?: number };

/**
 * Checks the credential by which a connection proves its uid.
 *
 * @throws when it can't be checked, because a service that is needed does not answer
 */
export type Identify = (credential: string) => Promise<Proven | FrameError>;

export function isProven(outcome: Proven | FrameError): outcome is Proven {
  return 'uid' in outcome;
}
