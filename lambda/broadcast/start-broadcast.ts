import type { BroadcastStatus } from '../../protocol/push-api.ts';
import { BROADCAST_SEGMENTS, type BroadcastState, type BroadcastTable } from './broadcast-table.ts';
import type { PageTask } from './broadcast-task.ts';

/**
 * Notes the broadcast and asks the workers to do it. The text is in the table before the first worker looks for it.
 *
 *     start                        a crash after this line leaves
 *     ── put text ───────────────▶ nothing that anybody reads
 *     ── put state if none ──────▶ a broadcast of which no page is done
 *     ── send ten tasks ─────────▶ a broadcast that runs
 *
 * With the same id it may be started again after any of these, hours later too, and is one broadcast: the queue takes a task once within
 * five minutes; after that the workers do no page that is counted, and the pages of a segment are done one after the other
 * (`work-on-task.ts`).
 */
export async function startBroadcast(
  id: string,
  text: string,
  now: number,
  table: BroadcastTable,
  enqueueAll: (tasks: PageTask[]) => Promise<void>,
): Promise<void> {
  await table.addBroadcast(id, text, now);
  await enqueueAll(
    Array.from({ length: BROADCAST_SEGMENTS }, (_, segment) => ({ broadcast: id, segment, page: 0 })),
  );
}

export function statusOf(id: string, state: BroadcastState): BroadcastStatus {
  const { delivered, gone, failed, startedAt, finishedAt } = state;
  const isFinished = finishedAt.length === BROADCAST_SEGMENTS;
  return {
    broadcast: id,
    state: isFinished ? 'finished' : 'running',
    delivered,
    gone,
    failed,
    startedAt: new Date(startedAt).toISOString(),
    ...(isFinished ? { finishedAt: new Date(Math.max(...finishedAt)).toISOString() } : {}),
  };
}
