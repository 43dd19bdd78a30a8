/** What the push URL answers, besides the results of pushes. Times are ISO 8601 in UTC with milliseconds. */

/** `GET /uids/<uid>` */
export type Presence = { uid: string; online: boolean; connections: { id: string; since: string }[] };

/**
 * `DELETE /uids/<uid>`: what became of its connections. `gone`: was closed already; `failed`: may still be open. With
 * `?revoke`, tokens issued up to the end of the second `revokedThrough` are refused; with `?block=`, all tokens until
 * `blockedUntil`.
 */
export type DisconnectResult = {
  uid: string;
  closed: number;
  gone: number;
  failed: number;
  revokedThrough?: string;
  blockedUntil?: string;
};

/** `GET /uids`: a page of those online. `after`, if there is more: what the next page's `after` is. */
export type OnlinePage = { uids: { uid: string; connections: number }[]; after?: string };

/**
 * `GET` and `DELETE /uids/<uid>/messages/<seq>`. `delivered`: accepted for a connection; `acknowledged`: a client's
 * page has handled it; `deleted`: taken back, and not replayed any more. Of an expired message nothing else is known.
 */
export type MessageStatus =
  | { uid: string; seq: number; state: 'expired' }
  | {
      uid: string;
      seq: number;
      state: 'stored' | 'delivered' | 'acknowledged' | 'deleted';
      storedAt: string;
      expiresAt: string;
      deliveredAt?: string;
      acknowledgedAt?: string;
    };

/** `POST /broadcast` */
export type BroadcastAccepted = { broadcast: string };

/**
 * `GET` and `DELETE /broadcasts/<id>`. The counts grow while it runs, and for half a minute after it was stopped.
 * `finishedAt` is there when it is finished, `stoppedAt` when it is stopped.
 */
export type BroadcastStatus = {
  broadcast: string;
  state: 'running' | 'finished' | 'stopped';
  delivered: number;
  gone: number;
  failed: number;
  startedAt: string;
  finishedAt?: string;
  stoppedAt?: string;
};

/** `GET /health` */
export type Health = { status: 'ok' };
