import * as v from 'valibot';

/** Parts of the table, each read by one worker at a time: as many tasks as one batch of the queue takes. */
export const BROADCAST_SEGMENTS = 10;

/** Handed from task to task. `traceparent`: of the request that asked for the broadcast, where that is followed. */
export type Traced = { traceparent?: string | undefined };

/** A page of one segment of the table, for a worker to do. */
export type PageTask = Traced & { broadcast: string; segment: number; page: number };

/** Posts that failed, to be tried once more: waits in the dead-letter queue until a person redrives it. */
export type RepetitionTask = Traced & {
  broadcast: string;
  repetition: string;
  targets: Target[];
  /** What counts the posts that failed. Absent in a task of an earlier release. */
  origin?: PageOrigin | RepetitionOrigin | undefined;
};

type PageOrigin = { segment: number; page: number };
export type RepetitionOrigin = { repetition: string };

/** A connection to post to. */
export type Target = { connectionId: string; isFramed: boolean };

export type BroadcastTask = PageTask | RepetitionTask;

export const targetSchema = v.object({ connectionId: v.string(), isFramed: v.boolean() });
export const traced = { traceparent: v.optional(v.string()) };
export const repetitionOrigin = v.object({ repetition: v.string() });
/** Of the body of a queue's message. */
export const broadcastTaskSchema = v.union([
  v.object({ ...traced, broadcast: v.string(), segment: v.number(), page: v.number() }),
  v.object({
    ...traced,
    broadcast: v.string(),
    repetition: v.string(),
    targets: v.array(targetSchema),
    origin: v.optional(v.union([v.object({ segment: v.number(), page: v.number() }), repetitionOrigin])),
  }),
]);

/** Returns the group of a task. Tasks of one group are done one after the other: the pages of a segment. */
export function groupOf(task: BroadcastTask): string {
  return 'page' in task ? `${task.broadcast}.${task.segment}` : task.repetition;
}

/** Returns the same name for the same task, so that the queue takes it once. */
export function nameOf(task: BroadcastTask): string {
  return 'page' in task ? `${task.broadcast}.${task.segment}.${task.page}` : task.repetition;
}
