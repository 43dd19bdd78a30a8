/**
 * What became of one post to one connection. `delivered`: API Gateway took it; `gone`: the connection no longer exists; `throttled`:
 * refused for now, certainly not delivered; `failed`: error or timeout, it may or may not have arrived.
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
