import { confirmGone } from './confirm-gone.ts';
import type { Connections } from './connection-ports.ts';
import type { RetryConditions } from './retry-throttled.ts';

/** Connections with all that it takes to reach one: what is `gone` here is gone. Never throws. */
export type RetryingConnections = {
  post(connectionId: string, text: string): Promise<'delivered' | 'gone' | 'failed'>;
  close(connectionId: string): Promise<'closed' | 'gone' | 'failed'>;
};

/** The way to reach connections, for all who post or close: with retries, and with a second look at what is said to be gone. */
export function retryingConnections(
  connections: Connections,
  conditions: RetryConditions,
): RetryingConnections {
  return {
    post: (connectionId, text) =>
      confirmGone(() => connections.post(connectionId, text), connections, connectionId, conditions),
    close: (connectionId) =>
      confirmGone(() => connections.close(connectionId), connections, connectionId, conditions),
  };
}
