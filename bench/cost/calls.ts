/** Calls to AWS by kind; invocations by the function's purpose. */
export type CallKind =
  | 'connectFunction'
  | 'registerFunction'
  | 'disconnectFunction'
  | 'pushFunction'
  | 'broadcastWorker'
  | 'presenceWorker'
  | 'tableRead'
  /**
   * Two items in one request; each is a unit, also one that isn't there.
   * Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html
   */
  | 'tablePairRead'
  | 'tableWrite'
  /** Up to 25 writes in one request. Each is a unit: what it writes counts as `tableWrite`. */
  | 'tableBatchWrite'
  /** POST, GET and DELETE of `@connections`. They have no price; what arrives is a `messageOut`. */
  | 'post'
  | 'probe'
  | 'close'
  | 'queueSend'
  /** Events that are put on an event bus. */
  | 'busEvent'
  /** WebSocket messages from and to browsers. */
  | 'messageIn'
  | 'messageOut';

/** How many of each. */
export type Calls = Partial<Record<CallKind, number>>;

/** Adds up calls, each so many times. */
export function totalOf(...parts: readonly (readonly [times: number, calls: Calls])[]): Calls {
  const total: Calls = {};
  for (const [times, calls] of parts) {
    if (times === 0) continue;
    for (const [kind, count] of Object.entries(calls) as [CallKind, number][]) {
      total[kind] = (total[kind] ?? 0) + times * count;
    }
  }
  return total;
}
