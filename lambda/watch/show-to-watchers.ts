import { randomUUID } from 'node:crypto';
import pLimit from 'p-limit';
import { presenceFrame } from '../../protocol/watch.ts';
import type { BroadcastQueue } from '../aws/broadcast-queue.ts';
import { batchesOf } from '../batches.ts';
import { type PostDependencies, postToAll } from '../broadcast/post-to-all.ts';
import { errorName, logError } from '../log.ts';
import type { PresenceTarget } from '../presence/tell-all.ts';
import { forgetGoneConnection } from '../registration/forget-connection.ts';
import type { ConnectionTable } from '../table/connection-table.ts';
import type { Watcher, WatchTable } from './watch-table.ts';
import type { Watched, WatchTask } from './watch-task.ts';

export type ShowDependencies = PostDependencies & {
  watches: WatchTable;
  table: Pick<ConnectionTable, 'removeConnection' | 'takeRegistration'>;
  queue: Pick<BroadcastQueue<WatchTask>, 'send' | 'sendAll'>;
};

/** The worker that finds a change shows it to so many watchers; to more the workers of broadcasts do. */
const atOnce = 250;

/** Watchers of one task: at a usual pace two seconds of posts. */
const pageSize = 1_000;

/** Watchers of one task that repeats posts: with the longest uids a message of the queue has them. */
const repeatedAtOnce = 100;

/** Removals that are under way at the same time. */
const maxConcurrentRemovals = 25;

/** Returns what shows a change to the pages that watch the uid. What it has not done by itself, the queue has. */
export function watchersTarget(dependencies: ShowDependencies): PresenceTarget {
  return ({ type, uid, epoch, at }) =>
    showPage({ uid, online: type === 'user.online', epoch, at }, undefined, atOnce, dependencies);
}

/** Does one task. Throws when the queue should deliver it again. */
export async function showToWatchers(task: WatchTask, dependencies: ShowDependencies): Promise<void> {
  const { watched } = task;
  if ('after' in task) return showPage(watched, task.after, pageSize, dependencies);
  const failed = await show(watched, task.watchers, dependencies);
  if (failed.length > 0) throw new Error(`${failed.length} pages could not be shown a change.`);
}

/**
 * A page of watchers. The next page is asked for first, so that pages are done side by side. A worker that dies leaves
 * its own to be done again; who is shown a change twice drops it by its epoch.
 */
async function showPage(
  watched: Watched,
  after: string | undefined,
  limit: number,
  dependencies: ShowDependencies,
): Promise<void> {
  const { watches, queue, clock } = dependencies;
  const { watchers, next } = await watches.watchersOf(watched.uid, limit, after, clock.now());
  if (next !== undefined) await queue.send({ watched, after: next });
  if (watchers.length === 0) return;
  const failed = await show(watched, watchers, dependencies);
  const repetitions = batchesOf(failed, repeatedAtOnce).map((batch) => ({
    watched,
    repetition: randomUUID(),
    watchers: batch,
  }));
  if (repetitions.length > 0) await queue.sendAll(repetitions);
}

/**
 * Posts a change to those of the watchers whom pushes reach: not to one whose token has ended. Returns those to whom
 * the post failed.
 */
async function show(
  watched: Watched,
  watchers: readonly Watcher[],
  dependencies: ShowDependencies,
): Promise<Watcher[]> {
  const { watches, table, clock } = dependencies;
  const rows = await watches.connectionsOf(watchers);
  const open = new Map<string, Watcher>();
  const lost: Watcher[] = [];
  for (const [index, watcher] of watchers.entries()) {
    const row = rows[index];
    if (row === undefined) lost.push(watcher);
    else if (row.isFramed && row.expiresAt > clock.now() / 1_000) {
      open.set(watcher.connectionId, watcher);
    }
  }
  const targets = Array.from(open.keys(), (connectionId) => ({ connectionId, isFramed: true }));
  const frames = [presenceFrame(watched)];
  const message = { textsFor: () => frames };
  const { gone, failed } = await postToAll(message, targets, dependencies);
  const limit = pLimit(maxConcurrentRemovals);
  const watchersAmong = (some: readonly { connectionId: string }[]) =>
    some.flatMap(({ connectionId }) => open.get(connectionId) ?? []);
  await Promise.all([
    ...lost.map((watcher) => limit(() => removeRow(watched.uid, watcher, watches))),
    ...watchersAmong(gone).map(({ uid, connectionId }) =>
      limit(() => forgetGoneConnection(table, uid, connectionId)),
    ),
  ]);
  return watchersAmong(failed);
}

/** The row of a connection that went while a function died that was to remove it. Never throws: the row expires. */
async function removeRow(uid: string, watcher: Watcher, watches: WatchTable): Promise<void> {
  try {
    await watches.writeRows(watcher, { put: [], removed: [uid] }, 0);
  } catch (error) {
    logError('forget-failed', { connectionId: watcher.connectionId, error: errorName(error) });
  }
}
