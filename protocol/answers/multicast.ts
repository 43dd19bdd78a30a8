/** The answers about multicasts. Times are ISO 8601 in UTC with milliseconds. */

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
