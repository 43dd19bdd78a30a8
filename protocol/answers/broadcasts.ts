/** The answers about broadcasts. Times are ISO 8601 in UTC with milliseconds. */

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
