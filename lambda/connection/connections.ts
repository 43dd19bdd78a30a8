/**
 * Outcome of one post. `delivered`: API Gateway accepted it. `gone`: API Gateway answered that there is no such
 * connection, which can be false (see `retrying-connections.ts`). `throttled`: refused for now, certainly not
 * delivered. `failed`: error or timeout, it may or may not have arrived.
 */
export type PostOutcome = 'delivered' | 'gone' | 'throttled' | 'failed';

/** Outcome of closing one connection, with the meanings of `PostOutcome`. */
export type CloseOutcome = 'closed' | 'gone' | 'throttled' | 'failed';

/** Whether one connection is open. `throttled` and `failed`: unknown. */
export type ProbeOutcome = 'open' | 'gone' | 'throttled' | 'failed';

/** Open WebSockets, by API Gateway's ids. Each operation is attempted once and never throws. */
export interface Connections {
  post(connectionId: string, text: string): Promise<PostOutcome>;
  close(connectionId: string): Promise<CloseOutcome>;
  probe(connectionId: string): Promise<ProbeOutcome>;
}
