import type { MulticastAccepted } from '../../protocol/answers/multicast.ts';
import { utf8Length } from '../../protocol/utf8.ts';
import type { BroadcastQueue } from '../aws/broadcast-queue.ts';
import type { RequestScope } from '../request-scope.ts';
import type { ChunkTask } from './chunk-task.ts';
import type { Chunk, MulticastTable } from './multicast-table.ts';
import type { Mailing } from './push-to-all.ts';

/** One task's worth: at a usual pace a worker has a second of it. */
const maxChunkUids = 500;

/**
 * Of the uids as JSON: an item has 400 KB.
 * Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html
 */
const maxChunkBytes = 300_000;

export type StartDependencies = Pick<RequestScope, 'clock' | 'traceparent'> & {
  multicasts: Pick<MulticastTable, 'addMulticast'>;
  queue: Pick<BroadcastQueue<ChunkTask>, 'sendAll'>;
};

/**
 * Writes a multicast and enqueues a task for each of its chunks.
 *
 *     start                        a crash after this line leaves
 *     ── put message, chunks ────▶ nothing that is read
 *     ── put state if none ──────▶ a multicast of which nothing is done
 *     ── send the tasks ─────────▶ a multicast that runs
 *
 * With the same id it may be started again after any of these, and is one multicast: the queue takes a task once within
 * five minutes; after that the workers do no part that is known (`work-on-chunk.ts`).
 */
export async function startMulticast(
  { id, uids, text, options }: Mailing,
  { multicasts, queue, clock, traceparent }: StartDependencies,
): Promise<MulticastAccepted> {
  const chunks = chunksOf(uids);
  await multicasts.addMulticast(id, { text, options }, chunks, clock.now());
  await queue.sendAll(chunks.map(({ first }, chunk) => ({ multicast: id, chunk, from: first, traceparent })));
  return { multicast: id };
}

export function chunksOf(uids: readonly string[]): Chunk[] {
  const chunks: { first: number; uids: string[] }[] = [];
  let bytes = 0;
  for (const [position, uid] of uids.entries()) {
    const size = utf8Length(JSON.stringify(uid)) + 1;
    const last = chunks.at(-1);
    if (last === undefined || last.uids.length === maxChunkUids || bytes + size > maxChunkBytes) {
      chunks.push({ first: position, uids: [uid] });
      bytes = size;
    } else {
      last.uids.push(uid);
      bytes += size;
    }
  }
  return chunks;
}
