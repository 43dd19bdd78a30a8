import { isRefusal, type Refusal } from '../refusal.ts';

/** The outcome of one message. All counts zero, and not `unavailable`: no connection is registered as this uid. */
export type PushResult = DeliveryCounts & {
  /** With `only` or `except`: connections that were left out. */
  excluded?: number;
  /**
   * The message is stored, and was posted to nobody: the connections of the uid could not be read. Those that there are
   * get it by a replay.
   */
  unavailable?: true;
} & Partial<Stored>;

/** The connections of the uid, counted by outcome. */
export type DeliveryCounts = {
  /** The uid of the message. */
  uid: string;
  /** Connections that API Gateway accepted the message for. */
  delivered: number;
  /** Connections that no longer exist. */
  gone: number;
  /** Connections that were tried without success: throttled, error or timeout. */
  failed: number;
};

/** Further members of the result of a message that was pushed with a `TTL`. */
export type Stored = {
  /** The number of the message among those of its uid, from 1. */
  seq: number;
  /** The message is stored until its TTL ends. */
  stored: true;
};

/** The result of one message of `pushMany`, or of one line of an NDJSON request. */
export type LineResult = PushResult | Refusal;

/**
 * Returns whether at least one connection got the message, or it is stored for later ones: whether the Text protocol
 * answers `ok`.
 *
 * @example
 * ```ts
 * import { wasAccepted } from 'uidpush/backend';
 *
 * const results = await client.pushMany([{ uid: 'u1' }, { uid: 'nobody' }]);
 * console.log(results.map(wasAccepted)); // [ true, false ]
 * ```
 */
export function wasAccepted(result: LineResult): boolean {
  return !isRefusal(result) && (result.delivered > 0 || result.stored === true);
}
