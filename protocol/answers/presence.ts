/** The answers about who is online. Times are ISO 8601 in UTC with milliseconds. */

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
