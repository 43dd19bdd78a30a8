import type { FrameError } from '../../protocol/frame-error.ts';

/** Whom a credential proves. `expiresAt`: milliseconds since the epoch at which the proof ends, if it does. */
export type Proven = { uid: string; expiresAt?: number };

/** How a connection proves its uid. Throws when it can't be found out: a service that is needed does not answer. */
export type Identify = (credential: string) => Promise<Proven | FrameError>;

export function isProven(outcome: Proven | FrameError): outcome is Proven {
  return 'uid' in outcome;
}
