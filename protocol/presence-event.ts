/** The `source` of events of presence on an event bus. */
export const PRESENCE_EVENT_SOURCE = 'uidpush';

/** That a user came online, or left: what the targets of a deployment with `presence` receive. */
export type PresenceEvent = {
  type: 'user.online' | 'user.offline';
  uid: string;
  /**
   * Rises with each change of the uid, by one or more, and is less than 2^53. The event with the highest one is the
   * truth, whatever order events arrive in; one that comes again has the same.
   */
  epoch: number;
  /** When the service noticed, ISO 8601. */
  at: string;
  /** How many connections the uid had then; 0 when it left. */
  connections: number;
};
