import { randomUUID } from 'node:crypto';
import type { BroadcastAccepted } from '../../protocol/push-api.ts';
import type { BroadcastQueue } from '../aws/broadcast-queue.ts';
import type { RetryConditions } from '../connection/retry-throttled.ts';
import { doOnce } from '../idempotency/do-once.ts';
import { broadcastRequestName, fingerprintOf } from '../idempotency/request-name.ts';
import type { RequestTable } from '../idempotency/request-table.ts';
import type { BroadcastService } from './broadcast-routes.ts';
import type { BroadcastTable } from './broadcast-table.ts';
import { startBroadcast, statusOf } from './start-broadcast.ts';

export type BroadcastPorts = {
  table: BroadcastTable;
  queue: Pick<BroadcastQueue, 'sendAll'>;
  /** Broadcasts that came with an idempotency key. */
  requests: RequestTable<BroadcastAccepted>;
};

/** Broadcasts, as the push URL starts them and tells of them; with an idempotency key, each once. */
export function createBroadcasts(
  { table, queue, requests }: BroadcastPorts,
  conditions: RetryConditions,
): BroadcastService {
  return {
    broadcast(text, idempotencyKey) {
      const startAs = async (id: string): Promise<BroadcastAccepted> => {
        await startBroadcast(id, text, conditions.now(), table, (tasks) => queue.sendAll(tasks));
        return { broadcast: id };
      };
      if (idempotencyKey === undefined) return startAs(randomUUID());
      return doOnce(broadcastRequestName(idempotencyKey), fingerprintOf(text), {
        ...conditions,
        requests,
        newId: randomUUID,
        attempt: ({ id }) => startAs(id),
      });
    },

    async broadcastStatus(id) {
      const state = await table.stateOf(id);
      return state && statusOf(id, state);
    },
  };
}
