import pLimit from 'p-limit';
import type { MulticastDependencies } from '../../lambda/multicast/multicast-route.ts';
import type { PushRouteDependencies } from '../../lambda/push/push-route.ts';
import { MAX_CONCURRENT_TABLE_REQUESTS, type RequestScope } from '../../lambda/request-scope.ts';
import { connectionsTo } from './connections-to.ts';
import { SkippingClock } from './fake-clock.ts';
import { MemoryConnectionTable } from './memory-connection-table.ts';
import { MemoryMessageLog } from './memory-message-log.ts';
import { MemoryMulticastTable } from './memory-multicast-table.ts';
import { MemoryRequestTable } from './memory-request-table.ts';

type Dependencies = RequestScope & PushRouteDependencies & MulticastDependencies;

/**
 * Dependencies of a push, and of a multicast: empty tables in memory, connections that get every message, a clock that
 * skips waits.
 */
export function pushDependencies(overrides: Partial<Dependencies> = {}): Dependencies {
  const clock = overrides.clock ?? new SkippingClock();
  return {
    table: new MemoryConnectionTable(),
    messageLog: new MemoryMessageLog(),
    requests: new MemoryRequestTable(),
    multicastRequests: new MemoryRequestTable(),
    multicasts: new MemoryMulticastTable(),
    queue: { sendAll: async () => {} },
    maxTtlSeconds: 600,
    connections: connectionsTo(),
    limitTableRequests: pLimit(MAX_CONCURRENT_TABLE_REQUESTS),
    clock,
    random: () => 0.5,
    lastAttemptAt: clock.now() + 20_000,
    recordMetrics: () => {},
    ...overrides,
  };
}
