import type { Inbox } from './inbox.ts';
import type { Status } from './options.ts';
import type { SocketSession } from './socket-session.ts';

type OpenStatus = Extract<Status, { state: 'open' }>;

/** A registered session, and what goes with it. `since`: when it registered last, by the clock's elapsed time. */
export type SessionInUse = {
  session: SocketSession;
  inbox: Inbox;
  status: OpenStatus;
  connectionId: string;
  since: number;
  /** The service has lost its registration. */
  isUnregistered: boolean;
  cancelReplacement(): void;
};

/**
 * Waiting for its time, asking for a credential, or opening a session. `status` is shown while no session is in use.
 */
export type Attempt = { status: Status; since: number; cancel(): void };

export const connecting: Status = { state: 'connecting' };

/**
 * Returns the status of the session that replaces `replaced`. For the same uid it is the same one, and `onstatus` is
 * not called; but if the other session was in doubt or not registered, pushes may have been missed, which another
 * `open` says.
 */
export function openStatus(replaced: SessionInUse | undefined, uid: string): OpenStatus {
  const isContinued = replaced?.status.uid === uid && !replaced.isUnregistered && !replaced.session.isInDoubt;
  return isContinued ? replaced.status : { state: 'open', uid };
}
