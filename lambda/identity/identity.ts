import type { FrameError } from '../../protocol/frame-error.ts';

/**
 * The uid that a credential proves. `expiresAt`: milliseconds since the epoch at which the proof ends, if it does.
 * `issuedAt`: epoch seconds at which it was made, by the clock of who made it; of a token, where tokens can be revoked.
 * `groups`: patterns of the groups that it lets a page join, where it has such a claim; `watch`: of the uids that it
 * lets a page watch.
 */
export type Proven = {
  uid: string;
  expiresAt?: number;
  issuedAt?: number;
  groups?: readonly string[];
  watch?: readonly string[];
};

/**
 * Why a credential proves nothing. `subject`: whom it is about, if that is certain, as of a token that was signed and
 * has ended.
 */
export type Refused = FrameError & { subject?: string };

/**
 * Checks the credential by which a connection proves its uid.
 *
 * @throws when it can't be checked, because a service that is needed does not answer
 */
export type Identify = (credential: string) => Promise<Proven | Refused>;

export function isProven(outcome: Proven | Refused): outcome is Proven {
  return 'uid' in outcome;
}
