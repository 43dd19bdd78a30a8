import { randomUUID } from 'node:crypto';
import { parseJson } from '../../protocol/json-text.ts';
import type { BroadcastQueue } from '../aws/broadcast-queue.ts';
import { outgoing } from '../connection/outgoing.ts';
import { logWarning } from '../log.ts';
import type { RecordMetrics } from '../metrics/metrics.ts';
import { MetricName } from '../names.ts';
import { forgetGoneConnection } from '../registration/forget-connection.ts';
import type { ConnectionTable } from '../table/connection-table.ts';
import type { BroadcastTable } from './broadcast-table.ts';
import type { BroadcastTask, PageTask, RepetitionTask, Target } from './broadcast-task.ts';
import { countsOf, type PostDependencies, type Posted, postToAll } from './post-to-all.ts';

export type WorkDependencies = PostDependencies & {
  broadcasts: BroadcastTable;
  table: ConnectionTable;
  queue: Pick<BroadcastQueue, 'send'>;
  /** Tasks that failed, where a person can see them and redrive them. */
  deadLetters: Pick<BroadcastQueue, 'send'>;
  /** Items of the table that one page reads. */
  pageSize: number;
  recordMetrics: RecordMetrics;
};

/**
 * Does one task of a broadcast. Throws when the queue should deliver it again.
 *
 * A page ends in three steps, and a crash between any two repeats at most this page:
 *
 *     post to the page's connections
 *                                   ← dies here: the page is posted again, by at-least-once delivery of the queue
 *     count the page, note where the next one starts (once: `finishPage`)
 *                                   ← dies here: the repetition finds the page counted, and only enqueues the next one
 *     enqueue the next page
 */
export async function workOnTask(task: BroadcastTask, dependencies: WorkDependencies): Promise<void> {
  const text = await dependencies.broadcasts.textOf(task.broadcast);
  // The broadcast was stopped; or the task is redriven after the week for which the text is stored.
  if (text === undefined) return logWarning('broadcast-unknown');
  return 'repetition' in task ? repeatPosts(task, text, dependencies) : workOnPage(task, text, dependencies);
}

async function workOnPage(task: PageTask, text: string, dependencies: WorkDependencies): Promise<void> {
  const { broadcasts, table, queue, pageSize, clock } = dependencies;
  const { broadcast, segment, page } = task;
  const nextTask = { ...task, page: page + 1 };
  const { pagesDone, cursor, isFinished } = await broadcasts.progressOf(broadcast, segment);
  // A repetition of what was done: if its worker died before it enqueued the next page, enqueue it now. The queue takes
  // each page once.
  if (pagesDone === page + 1 && !isFinished) return queue.send(nextTask);
  if (pagesDone !== page) return;

  const { recipients, next } = await broadcasts.page(segment, cursor, pageSize, clock.now());
  const targets = recipients.map(({ connectionId, isFramed }) => ({ connectionId, isFramed }));
  const posted = await post(task, text, targets, dependencies);
  const gone = new Set(posted.gone.map(({ connectionId }) => connectionId));
  const goneRecipients = recipients.filter(({ connectionId }) => gone.has(connectionId));
  await Promise.all(
    goneRecipients.map(({ uid, connectionId }) => forgetGoneConnection(table, uid, connectionId)),
  );
  await setFailedAside(task, posted, dependencies);
  await broadcasts.finishPage(task, countsOf(posted), next, clock.now());
  if (next) await queue.send(nextTask);
}

/**
 * A post that succeeds now was counted as failed before. A row of a gone connection stays until the next push to it, or
 * expires.
 */
async function repeatPosts(
  task: RepetitionTask,
  text: string,
  dependencies: WorkDependencies,
): Promise<void> {
  const { broadcasts, clock } = dependencies;
  const posted = await post(task, text, task.targets, dependencies);
  await setFailedAside(task, posted, dependencies);
  const { delivered, gone } = countsOf(posted);
  await broadcasts.correctCounts(task, { delivered, gone, failed: -(delivered + gone) }, clock.now());
}

async function post(
  { broadcast, traceparent }: BroadcastTask,
  text: string,
  targets: readonly Target[],
  dependencies: WorkDependencies,
): Promise<Posted> {
  const posted = await postToAll(
    outgoing(broadcast, text, parseJson(text) !== undefined, { traceparent }),
    targets,
    dependencies,
  );
  const { delivered, gone, failed } = countsOf(posted);
  dependencies.recordMetrics({
    [MetricName.broadcastDelivered]: delivered,
    [MetricName.broadcastGone]: gone,
    [MetricName.broadcastFailed]: failed,
  });
  return posted;
}

async function setFailedAside(
  { broadcast, traceparent }: BroadcastTask,
  { failed }: Posted,
  { deadLetters }: WorkDependencies,
): Promise<void> {
  if (failed.length === 0) return;
  await deadLetters.send({ broadcast, repetition: randomUUID(), targets: failed, traceparent });
}
