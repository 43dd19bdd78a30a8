import { createHash } from 'node:crypto';
import * as v from 'valibot';
import type { Watcher } from './watch-table.ts';

const watchedSchema = v.object({ uid: v.string(), online: v.boolean(), epoch: v.number(), at: v.string() });

/** A change of a uid, as the pages that watch it are shown it. */
export type Watched = v.InferOutput<typeof watchedSchema>;

/** For a worker to show to watchers: those after the connection `after`, or those to whom a post failed. */
export type WatchTask =
  | { watched: Watched; after: string }
  | { watched: Watched; repetition: string; watchers: Watcher[] };

/** Of the body of a queue's message. */
export const watchTaskSchema = v.union([
  v.object({ watched: watchedSchema, after: v.string() }),
  v.object({
    watched: watchedSchema,
    repetition: v.string(),
    watchers: v.array(v.object({ uid: v.string(), connectionId: v.string() })),
  }),
]);

/** Returns the same name for the same task, so that the queue takes it once. Each is a group of its own. */
export function nameOf(task: WatchTask): string {
  if ('repetition' in task) return task.repetition;
  const { uid, epoch } = task.watched;
  return `${createHash('sha256').update(uid).digest('hex')}.${epoch}.${task.after}`;
}
