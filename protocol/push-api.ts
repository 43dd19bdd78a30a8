/** Answers of the push URL, besides the results of pushes. Times are ISO 8601 in UTC with milliseconds. */

/** Answer of `GET /uids/<uid>`. */
export type Presence = {
  /** The uid that was asked for. */
  uid: string;
  /** Whether there is any connection. */
  online: boolean;
  /** The registered connections. */
  connections: {
    /** API Gateway's name for the connection. */
    id: string;
    /** When it was registered, ISO 8601. */
    since: string;
    /** The name that its page gives its tab. */
    device?: string;
    /** Its page's description of itself. */
    meta?: object;
  }[];
  /** With `only` or `except`: connections that were left out. */
  excluded?: number;
};

/** Answer of `DELETE /uids/<uid>`: the uid's connections, counted by outcome. */
export type DisconnectResult = {
  /** The uid that was disconnected. */
  uid: string;
  /** Connections that were closed by this request. */
  closed: number;
  /** Connections that were closed already. */
  gone: number;
  /** Connections that could not be closed, and may still be open. */
  failed: number;
  /** With `only` or `except`: connections that were left open. */
  excluded?: number;
  /** With `revoke`: tokens that were issued up to the end of this second are refused, ISO 8601. */
  revokedThrough?: string;
  /** With `block`: all tokens are refused until then, ISO 8601. */
  blockedUntil?: string;
};

/** Answer of `DELETE /connections/<id>`. One of the counts is 1. */
export type CloseResult = {
  /** The id of the connection. */
  connection: string;
  /** The uid that it was registered as; absent where it was not registered. */
  uid?: string;
  /** 1: it was closed by this request. */
  closed: number;
  /** 1: it was closed already. */
  gone: number;
  /** 1: it could not be closed, and may still be open. */
  failed: number;
};

/** Answer of `GET /uids`: a page of the uids that are online. */
export type OnlinePage = {
  /** The uids of this page, in no order. */
  uids: {
    /** A uid that is online. */
    uid: string;
    /** The number of its connections. */
    connections: number;
  }[];
  /** Where the next page starts; absent on the last page. */
  after?: string;
};

/** Answer of `POST /presence`: those of the uids that are online, in their order. */
export type OnlineOfUids = {
  /** Those that are online. */
  online: {
    /** A uid that was asked for. */
    uid: string;
    /**
     * ISO 8601. With `presence`, when it came online by the events; otherwise when the oldest of its connections was
     * registered.
     */
    since: string;
    /** With `presence`: the number of its last change, as events have it. */
    epoch?: number;
  }[];
};

/** Answer of `GET /presence`: how many are online. */
export type OnlineCount = {
  /** Number of uids that have a connection. */
  uids: number;
  /** Number of registered connections. */
  connections: number;
  /**
   * By how many each count may be off, with a probability of 95 %; absent where all were counted.
   */
  margin?: {
    /** Of the number of uids. */
    uids: number;
    /** Of the number of connections. */
    connections: number;
  };
};

/** Answer of `GET` and `DELETE /uids/<uid>/messages/<seq>`: the state of a stored message. */
export type MessageStatus = ExpiredMessageStatus | StoredMessageStatus;

/** Status of a message whose TTL has passed. Nothing else is known of it. */
export type ExpiredMessageStatus = {
  /** The uid of the message. */
  uid: string;
  /** Its number among those of the uid. */
  seq: number;
  /** Discriminates the union. */
  state: 'expired';
};

/** Status of a message whose TTL has not passed. */
export type StoredMessageStatus = {
  /** The uid of the message. */
  uid: string;
  /** Its number among those of the uid. */
  seq: number;
  /**
   * `stored`: no connection has received it; `delivered`: API Gateway accepted it for a connection; `acknowledged`: a
   * page has handled it; `deleted`: taken back, and not replayed any more.
   */
  state: 'stored' | 'delivered' | 'acknowledged' | 'deleted';
  /** When it was stored, ISO 8601. */
  storedAt: string;
  /** When its TTL ends, ISO 8601. */
  expiresAt: string;
  /** When it was first delivered, ISO 8601. */
  deliveredAt?: string;
  /** When it was first acknowledged, ISO 8601. */
  acknowledgedAt?: string;
};

/** Answer of `POST /multicast` where it is done at once. */
export type MulticastResult = {
  /** Number of different uids that it was for. */
  uids: number;
  /** Connections of all of them that API Gateway accepted the message for. */
  delivered: number;
  /** Connections that no longer existed. */
  gone: number;
  /** Connections that were tried without success: throttled, error or timeout. */
  failed: number;
  /** With `only` or `except`: connections that were left out. */
  excluded?: number;
  /** With a `TTL`: uids for which the message is stored. */
  stored?: number;
  /** The uids that have no connection, or none any more: all that they had were gone. */
  offline: string[];
  /**
   * The uids that nobody was posted to, for their connections could not be read, or not in time; with a `TTL` also
   * those for which the message could not be stored, or may be.
   */
  unavailable: string[];
};

/** Answer of `POST /multicast` where it is done in the background. */
export type MulticastAccepted = {
  /** The id of the multicast. */
  multicast: string;
};

/** Answer of `GET /multicasts/<id>`. The counts grow while it runs. */
export type MulticastStatus = {
  /** The id of the multicast. */
  multicast: string;
  /** `finished`: every uid is done. */
  state: 'running' | 'finished';
  /** Number of different uids that it is for. */
  uids: number;
  /** Number of them that are done. */
  done: number;
  /** Connections of all of them that API Gateway accepted the message for. */
  delivered: number;
  /** Connections that no longer existed. */
  gone: number;
  /** Connections that were tried without success: throttled, error or timeout. */
  failed: number;
  /** With `only` or `except`: connections that were left out. */
  excluded?: number;
  /** With a `TTL`: uids for which the message is stored. */
  stored?: number;
  /** Number of the uids that `GET /multicasts/<id>/offline` names. */
  offline: number;
  /** Number of the uids that `GET /multicasts/<id>/unavailable` names. */
  unavailable: number;
  /** When it was accepted, ISO 8601. */
  startedAt: string;
  /** When it was finished, ISO 8601; absent before. */
  finishedAt?: string;
};

/**
 * Answer of `GET /multicasts/<id>/offline` and `…/unavailable`: a page of those uids, in the order of the request, as a
 * `MulticastResult` has them.
 */
export type MulticastUids = {
  /** The uids of this page. */
  uids: string[];
  /** Where the next page starts; absent on the last page. While the multicast runs, no page is the last. */
  after?: string;
};

/** Answer of `POST /groups/<group>/push` where it is done at once: the connections of the group, counted by outcome. */
export type GroupPushResult = {
  /** The group that it was for. */
  group: string;
  /** Connections that API Gateway accepted the message for. */
  delivered: number;
  /** Connections that no longer existed. */
  gone: number;
  /** Connections that were tried without success: throttled, error or timeout. */
  failed: number;
  /** Connections that `only` and `except` left out. */
  excluded: number;
};

/** Answer of `POST /groups/<group>/push` where it is done in the background. */
export type GroupPushAccepted = {
  /** The group that it is for. */
  group: string;
  /** The id of the push: that of a multicast. */
  multicast: string;
};

/** Answer of `GET /multicasts/<id>` about a push to a group. The counts grow while it runs. */
export type GroupPushStatus = {
  /** The id of the push. */
  multicast: string;
  /** The group that it is for. */
  group: string;
  /** `finished`: every connection that was in the group before the push has been tried. */
  state: 'running' | 'finished';
  /** Connections that API Gateway accepted the message for. */
  delivered: number;
  /** Connections that no longer existed. */
  gone: number;
  /** Connections that were tried without success: throttled, error or timeout. */
  failed: number;
  /** Connections that `only` and `except` left out. */
  excluded: number;
  /** When it was accepted, ISO 8601. */
  startedAt: string;
  /** When it was finished, ISO 8601; absent before. */
  finishedAt?: string;
};

/** Answer of `PUT` and `DELETE /groups/<group>/uids/<uid>`. */
export type MembershipResult = {
  /** The group. */
  group: string;
  /** The uid that was put in, or taken out. */
  uid: string;
  /** How many of its open connections are in now, or were taken out. */
  connections: number;
  /** With a `TTL`: until when the uid is in, ISO 8601. */
  until?: string;
};

/** A uid in a group. */
export type GroupMember = {
  /** The uid. */
  uid: string;
  /** How many of its open connections are in the group. */
  connections: number;
  /** A backend has put it in. Absent where only its pages have joined. */
  added?: true;
  /** Until when, if a backend put it in for a time, ISO 8601. */
  until?: string;
};

/** Answer of `GET /groups/<group>`: a page of its members, and on the first page how many there are. */
export type GroupPage = {
  /** The group that was asked for. */
  group: string;
  /** On the first page: uids that a backend has put in, online or not. */
  added?: number;
  /** On the first page: open connections in the group, which a push reaches. */
  connections?: number;
  /** The members of this page, in no order. */
  members: GroupMember[];
  /** Where the next page starts; absent on the last page. */
  after?: string;
};

/** Answer of `DELETE /groups/<group>`. */
export type GroupRemoval = {
  /** The group. */
  group: string;
  /** Uids that were taken out. */
  uids: number;
  /** Their open connections that were in the group. */
  connections: number;
  /** There was no time for all of it: repeat the request. */
  more?: true;
};

/** Answer of `GET /uids/<uid>/groups`. */
export type UidGroups = {
  /** The uid that was asked for. */
  uid: string;
  /** The groups that it is in, by a backend or by its pages, by name. */
  groups: {
    /** The group. */
    group: string;
    /** A backend has put the uid in. */
    added?: true;
    /** Until when, if a backend put it in for a time, ISO 8601. */
    until?: string;
    /** Connections that have joined by themselves. Absent where none has. */
    joined?: number;
  }[];
};

/** Answer of `POST /broadcast`. */
export type BroadcastAccepted = {
  /** The id of the broadcast. */
  broadcast: string;
};

/**
 * Answer of `GET` and `DELETE /broadcasts/<id>`. The counts grow while the broadcast runs, and for half a minute after
 * it was stopped.
 */
export type BroadcastStatus = {
  /** The id of the broadcast. */
  broadcast: string;
  /**
   * `finished`: every connection that was registered before the broadcast has been tried; `stopped`: by a request, at
   * its next page.
   */
  state: 'running' | 'finished' | 'stopped';
  /** Connections that API Gateway accepted the text for. */
  delivered: number;
  /** Connections that no longer existed. */
  gone: number;
  /** Connections that were tried without success. */
  failed: number;
  /** When it was accepted, ISO 8601. */
  startedAt: string;
  /** When it was finished, ISO 8601; absent before. */
  finishedAt?: string;
  /** When it was stopped, ISO 8601; absent where it was not. */
  stoppedAt?: string;
};

/** Answer of `GET /health`. */
export type Health = {
  /** The service runs. */
  status: 'ok';
};
