/**
 * What became of one post to one connection. `delivered`: API Gateway took it; `gone`: it says that there is no such
 * connection, which `confirmGone` does not take for the truth; `throttled`: refused for now, certainly not delivered; `failed`: error or
 * timeout, it may or may not have arrived.
 */
export type PostOutcome = 'delivered' | 'gone' | 'throttled' | 'failed';

/** Posts text to one connection, once. Never throws. */
export interface ConnectionPoster {
  post(connectionId: string, text: string): Promise<PostOutcome>;
}

/** What became of closing one connection; in the words of `PostOutcome`. */
export type CloseOutcome = 'closed' | 'gone' | 'throttled' | 'failed';

/** Closes one connection, once. Never throws. */
export interface ConnectionCloser {
  close(connectionId: string): Promise<CloseOutcome>;
}

/** What API Gateway says of one connection. `throttled` and `failed`: nothing. */
export type ProbeOutcome = 'open' | 'gone' | 'throttled' | 'failed';

/** Asks whether one connection is open, once. Never throws. */
export interface ConnectionProber {
  probe(connectionId: string): Promise<ProbeOutcome>;
}

export type Connections = ConnectionPoster & ConnectionCloser & ConnectionProber;
