import { isRefusal, type Refusal } from './refusal.ts';

/**
 * The outcome of one message, counted in connections: `delivered`: API Gateway took it; `gone`: the connection no
 * longer exists; `failed`: it was tried and could not be (throttled, error, timeout). All zero: no connection is
 * registered as this uid.
 */
export type PushResult = { uid: string; delivered: number; gone: number; failed: number } & Partial<Stored>;

/** A message that was pushed with a `TTL`: kept, and given this number (from 1) within its uid. */
export type Stored = { seq: number; stored: true };

/** The answer to one line of an NDJSON push request. */
export type LineResult = PushResult | Refusal;

/** Whether the Text protocol answers `ok`: at least one connection got the message, or it is kept for those to come. */
export function wasAccepted(result: LineResult): boolean {
  return !isRefusal(result) && (result.delivered > 0 || result.stored === true);
}
