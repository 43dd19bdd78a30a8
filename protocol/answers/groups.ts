/** The answers about groups, and about pushes to them. Times are ISO 8601 in UTC with milliseconds. */

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
