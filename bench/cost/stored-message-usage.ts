import type { Calls } from './calls.ts';

/**
 * What stored messages do in addition to `usagePerOperation`. By design, not counted yet: an entry belongs in the table of
 * `test/cost/usage-per-operation.test.ts`, which then holds it to what the local stack does.
 */
export const storedMessageUsage = {
  /** A push with a TTL: the counter is read, the message put, the counter raised. The message's write is as many units as it has KB. */
  store: { tableRead: 1, tableWrite: 2 },
  /** It was delivered: the receipt. */
  receipt: { tableWrite: 1 },
  /** The browser acknowledges it. */
  acknowledge: { registerFunction: 1, tableRead: 1, tableWrite: 1, messageIn: 1 },
  /** A page of messages is read from the log, and its end is told. */
  replayPage: { tableRead: 1, post: 1, messageOut: 1 },
  /** A push with an `Idempotency-Key`: the request is noted, then its answer. */
  idempotency: { tableWrite: 2 },
} as const satisfies Record<string, Calls>;
