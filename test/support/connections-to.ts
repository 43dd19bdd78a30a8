import type { Connections } from '../../lambda/connection/connections.ts';
import { RetryingConnections } from '../../lambda/connection/retrying-connections.ts';
import { SkippingClock } from './fake-clock.ts';

/**
 * The real connections, with their retries, to an API Gateway that takes every post and closing, but for what
 * `apiGateway` says. What that says is gone is gone.
 */
export function connectionsTo(apiGateway: Partial<Connections> = {}): RetryingConnections {
  return new RetryingConnections(
    {
      post: async () => 'delivered',
      close: async () => 'closed',
      probe: async () => 'gone',
      ...apiGateway,
    },
    {
      retryForMs: 3_000,
      lastAttemptAt: Number.POSITIVE_INFINITY,
      clock: new SkippingClock(0),
      random: () => 0.5,
    },
  );
}
