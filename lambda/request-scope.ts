import pLimit, { type LimitFunction } from 'p-limit';
import { type Clock, systemClock } from '../protocol/clock.ts';
import type { Connections } from './connection/connections.ts';
import { RetryingConnections, systemRetry } from './connection/retrying-connections.ts';
import type { RecordMetrics } from './metrics/metrics.ts';

/** Requests to connections, and to the table, that one request to the push URL has under way at the same time. */
export const MAX_CONCURRENT_CONNECTION_REQUESTS = 100;
export const MAX_CONCURRENT_TABLE_REQUESTS = 50;

/** How long a post is retried: a backend waits for the answer, and a connection's next messages for their turn. */
const retryForMs = 3_000;

/** Shared by all that one request to the push URL does. */
export type RequestScope = {
  connections: RetryingConnections;
  limitTableRequests: LimitFunction;
  clock: Pick<Clock, 'now' | 'sleep'>;
  /** From 0 up to, not including, 1. */
  random(): number;
  /**
   * Milliseconds since the epoch after which no attempt starts, so that the answer leaves before the function's
   * timeout.
   */
  lastAttemptAt: number;
  recordMetrics: RecordMetrics;
  /** Of the caller's trace. Absent without tracing, and where the caller sent none. */
  traceparent?: string;
};

export function requestScope(
  apiGateway: Connections,
  lastAttemptAt: number,
  recordMetrics: RecordMetrics,
  traceparent?: string,
): RequestScope {
  return {
    connections: new RetryingConnections(
      apiGateway,
      systemRetry(retryForMs, lastAttemptAt),
      pLimit(MAX_CONCURRENT_CONNECTION_REQUESTS),
    ),
    limitTableRequests: pLimit(MAX_CONCURRENT_TABLE_REQUESTS),
    clock: systemClock,
    random: Math.random,
    lastAttemptAt,
    recordMetrics,
    ...(traceparent !== undefined && { traceparent }),
  };
}
