import { randomUUID } from 'node:crypto';
import type { BroadcastAccepted } from '../../protocol/answers/broadcasts.ts';
import type { Refusal } from '../../protocol/refusal.ts';
import type { BroadcastQueue } from '../aws/broadcast-queue.ts';
import {
  broadcastRequestName,
  Claim,
  claimKey,
  fingerprintOf,
  type KeyProblem,
} from '../idempotency/claim-key.ts';
import type { RequestTable } from '../idempotency/request-table.ts';
import type { RequestScope } from '../request-scope.ts';
import type { BroadcastMessage, BroadcastTable } from './broadcast-table.ts';
import { BROADCAST_SEGMENTS } from './broadcast-task.ts';

export type StartDependencies = Pick<RequestScope, 'clock' | 'random' | 'lastAttemptAt' | 'traceparent'> & {
  broadcasts: BroadcastTable;
  /** Broadcasts that came with an idempotency key. */
  broadcastRequests: RequestTable<BroadcastAccepted>;
  queue: Pick<BroadcastQueue, 'sendAll'>;
};

/** Starts a broadcast; with an idempotency key, once. */
export async function startBroadcast(
  text: string,
  idempotencyKey: string | undefined,
  dependencies: StartDependencies,
): Promise<BroadcastAccepted | Refusal | KeyProblem> {
  if (idempotencyKey === undefined) return startAs(randomUUID(), { text }, dependencies);
  const claim = await claimKey(broadcastRequestName(idempotencyKey), fingerprintOf(text), {
    ...dependencies,
    requests: dependencies.broadcastRequests,
  });
  if (!(claim instanceof Claim)) return claim;
  return claim.endWith(startAs(claim.id, { text }, dependencies));
}

/**
 * Writes the broadcast and enqueues its first tasks. The text is in the table before the first worker looks for it.
 *
 *     start                        a crash after this line leaves
 *     ── put text ───────────────▶ nothing that is read
 *     ── put state if none ──────▶ a broadcast of which no page is done
 *     ── send ten tasks ─────────▶ a broadcast that runs
 *
 * With the same id it may be started again after any of these, hours later too, and is one broadcast: the queue takes a
 * task once within five minutes; after that the workers do no page that is counted, and the pages of a segment are done
 * one after the other (`work-on-task.ts`).
 */
export async function startAs(
  id: string,
  message: BroadcastMessage,
  {
    broadcasts,
    queue,
    clock,
    traceparent,
  }: Pick<StartDependencies, 'queue' | 'clock' | 'traceparent'> & {
    broadcasts: Pick<BroadcastTable, 'addBroadcast'>;
  },
): Promise<BroadcastAccepted> {
  await broadcasts.addBroadcast(id, message, clock.now());
  await queue.sendAll(
    Array.from({ length: BROADCAST_SEGMENTS }, (_, segment) => ({
      broadcast: id,
      segment,
      page: 0,
      traceparent,
    })),
  );
  return { broadcast: id };
}
