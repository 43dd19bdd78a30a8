import * as v from 'valibot';
import * as broadcast from './broadcast/broadcast-task.ts';
import { type MulticastTask, multicastTaskSchema } from './multicast/chunk-task.ts';
import * as watch from './watch/watch-task.ts';

/** A task that the queue hands to workers. */
export type QueueTask = broadcast.BroadcastTask | MulticastTask | watch.WatchTask;

const taskSchema = v.union([broadcast.broadcastTaskSchema, multicastTaskSchema, watch.watchTaskSchema]);

/** Parses the body of a queue's message. Throws when it is no task. */
export function parseTask(body: string): QueueTask {
  return v.parse(taskSchema, JSON.parse(body));
}

/** Returns the group of a task. Tasks of one group are done one after the other. */
export function groupOf(task: QueueTask): string {
  if ('watched' in task) return watch.nameOf(task);
  if ('chunk' in task) return `${task.multicast}.${task.chunk}`;
  return 'multicast' in task ? task.repetition : broadcast.groupOf(task);
}

/** Returns the same name for the same task, so that the queue takes it once. */
export function nameOf(task: QueueTask): string {
  if ('watched' in task) return watch.nameOf(task);
  if ('chunk' in task) return `${task.multicast}.${task.chunk}.${task.from}`;
  return 'multicast' in task ? task.repetition : broadcast.nameOf(task);
}
