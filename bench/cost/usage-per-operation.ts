import type { Calls } from './calls.ts';

/**
 * What each operation makes AWS do. No estimates: `test/cost/usage-per-operation.test.ts` does each on the local stack, counts, and
 * compares. What an operation does for each uid, page or connection is an entry of its own.
 */
export const usagePerOperation = {
  /** A socket opens. */
  connect: { connectFunction: 1 },
  /** The first message of a plain socket. */
  registerPlain: { registerFunction: 1, tableRead: 1, tableWrite: 2, messageIn: 1 },
  /** `register` of a framed socket, which is answered. */
  registerFramed: { registerFunction: 1, tableRead: 1, tableWrite: 2, post: 1, messageIn: 1, messageOut: 1 },
  /** `ping`, and its pong. */
  ping: { registerFunction: 1, post: 1, messageIn: 1, messageOut: 1 },
  /** A registered connection is closed. */
  disconnect: { disconnectFunction: 1, tableWrite: 2 },

  /** A request to the push URL, whatever it asks for. */
  request: { pushFunction: 1 },
  /** The connections of a uid are looked up: once for each uid of a request. */
  lookup: { tableRead: 1 },
  /** A message, or a broadcast, is brought to one connection. */
  delivery: { post: 1, messageOut: 1 },
  /** A framed connection is told why, closed, and forgotten. Its `disconnect` follows. */
  kick: { post: 1, messageOut: 1, close: 1, tableWrite: 2 },

  /** A broadcast is noted, and its ten segments are asked for. */
  broadcast: { pushFunction: 1, tableWrite: 2, queueSend: 1 },
  /** A page of a segment; each segment has at least one. */
  broadcastPage: { broadcastWorker: 1, tableRead: 3, tableWrite: 1 },
  /** A segment's next page is asked for. */
  nextPage: { queueSend: 1 },
} as const satisfies Record<string, Calls>;
