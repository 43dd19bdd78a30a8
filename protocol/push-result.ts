import { isRefusal, type Refusal } from './refusal.ts';

/**
 * What became of one message, counted in connections: `delivered`: API Gateway took it; `gone`: the connection no longer exists;
 * `failed`: it was tried and could not be (throttled, error, timeout). All zero: nobody is registered as this uid.
 */
export type PushResult = { uid: string; delivered: number; gone: number; failed: number };

/** The answer to one line of an NDJSON push request. */
export type LineResult = PushResult | Refusal;

/** Whether the Text protocol answers `ok`: at least one connection got the message. */
export function wasDelivered(result: LineResult): boolean {
  return !isRefusal(result) && result.delivered > 0;
}
