import type { BroadcastStatus } from '../../protocol/push-api.ts';
import { BROADCAST_SEGMENTS, type BroadcastState, type BroadcastTable } from './broadcast-table.ts';
import type { PageTask } from './broadcast-task.ts';

/** Notes the broadcast and asks the workers to do it. The text is in the table before the first worker looks for it. */
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
