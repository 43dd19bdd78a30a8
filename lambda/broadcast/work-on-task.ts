import pLimit from 'p-limit';
import { parseJson } from '../../protocol/json-text.ts';
import { isSelected } from '../../protocol/selection.ts';
import type { BroadcastQueue } from '../aws/broadcast-queue.ts';
import { OutgoingMessage } from '../connection/outgoing.ts';
import { logWarning } from '../log.ts';
import { groupPostMetrics, type MetricValues, type RecordMetrics } from '../metrics/metrics.ts';
import { MetricName } from '../names.ts';
import { forgetGoneConnection } from '../registration/forget-connection.ts';
import { MAX_CONCURRENT_TABLE_REQUESTS } from '../request-scope.ts';
import type { ConnectionTable } from '../table/connection-table.ts';
import type { BroadcastMessage, BroadcastTable, Counts, Recipients } from './broadcast-table.ts';
import type { BroadcastTask, PageTask, RepetitionTask, Target } from './broadcast-task.ts';
import { correctionOf, countsOf, type PostDependencies, type Posted, postToAll } from './post-to-all.ts';
import { isToDo, setAside } from './set-aside.ts';

export type WorkDependencies = PostDependencies & {
  broadcasts: BroadcastTable;
  table: ConnectionTable;
  /** The connections of a group; absent without groups. */
  groupRecipients?: (group: string) => Recipients;
  queue: Pick<BroadcastQueue, 'send'>;
  /** Posts that failed, where a person can see them and redrive them. */
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
 *     post to the page's connections, set aside the posts that failed
 *                                   ← dies here: the page is posted again, by at-least-once delivery of the queue
 *     count the page, note where the next one starts (once: `finishPage`)
 *                                   ← dies here: the repetition finds the page counted, and only enqueues the next one
 *     enqueue the next page
 */
export async function workOnTask(task: BroadcastTask, dependencies: WorkDependencies): Promise<void> {
  const message = await dependencies.broadcasts.messageOf(task.broadcast);
  // The broadcast was stopped; or the task is redriven after the week for which the text is stored.
  if (message === undefined) return logWarning('broadcast-unknown');
  return 'repetition' in task
    ? repeatPosts(task, message, dependencies)
    : workOnPage(task, message, dependencies);
}

async function workOnPage(
  task: PageTask,
  message: BroadcastMessage,
  dependencies: WorkDependencies,
): Promise<void> {
  const { broadcasts, queue, deadLetters, pageSize, clock } = dependencies;
  const { broadcast, segment, page, traceparent } = task;
  const nextTask = { ...task, page: page + 1 };
  const { pagesDone, cursor, isFinished } = await broadcasts.progressOf(broadcast, segment);
  // A repetition of what was done: if its worker died before it enqueued the next page, enqueue it now. The queue takes
  // each page once.
  if (pagesDone === page + 1 && !isFinished) return queue.send(nextTask);
  if (pagesDone !== page) return;

  const all = recipientsOf(message, dependencies);
  const { recipients, next } = await all.page({ segment, page, cursor }, pageSize, clock.now());
  const selected = recipients.filter((recipient) => isSelected(recipient, message.to?.selection));
  const targets = selected.map(({ connectionId, isFramed }) => ({ connectionId, isFramed }));
  const posted = await post(task, message, targets, dependencies);
  const gone = new Set(posted.gone.map(({ connectionId }) => connectionId));
  const limit = pLimit(MAX_CONCURRENT_TABLE_REQUESTS);
  const goneRecipients = selected.filter(({ connectionId }) => gone.has(connectionId));
  await Promise.all(goneRecipients.map((recipient) => limit(() => all.forget(recipient))));
  const repeated = { broadcast, traceparent, origin: { segment, page } };
  const aside = await setAside(repeated, posted.failed, deadLetters);
  const excluded = recipients.length - selected.length;
  await broadcasts.finishPage(task, { ...countsOf(posted), excluded }, next, clock.now(), aside);
  if (next) await queue.send(nextTask);
}

function recipientsOf(
  { to }: BroadcastMessage,
  { broadcasts, table, groupRecipients }: WorkDependencies,
): Recipients {
  if (to === undefined) {
    return {
      page: ({ segment, cursor }, size, now) => broadcasts.page(segment, cursor, size, now),
      forget: ({ uid, connectionId }) => forgetGoneConnection(table, uid, connectionId),
    };
  }
  if (groupRecipients === undefined) throw new Error('A push to a group needs a worker that has groups.');
  return groupRecipients(to.group);
}

/**
 * A post that succeeds now was counted as failed before. A row of a gone connection stays until the next push to it, or
 * expires.
 */
async function repeatPosts(
  task: RepetitionTask,
  message: BroadcastMessage,
  dependencies: WorkDependencies,
): Promise<void> {
  const { broadcasts, deadLetters, clock } = dependencies;
  const { broadcast, repetition, targets, traceparent } = task;
  if (!isToDo(await broadcasts.standingOf(task))) return;
  const posted = await post(task, message, targets, dependencies);
  const repeated = { broadcast, traceparent, origin: { repetition } };
  const aside = await setAside(repeated, posted.failed, deadLetters);
  await broadcasts.correctCounts(task, correctionOf(posted), clock.now(), aside);
}

async function post(
  { broadcast, traceparent }: BroadcastTask,
  { text, to }: BroadcastMessage,
  targets: readonly Target[],
  dependencies: WorkDependencies,
): Promise<Posted> {
  const posted = await postToAll(
    new OutgoingMessage(broadcast, text, parseJson(text) !== undefined, { traceparent }),
    targets,
    dependencies,
  );
  const counts = countsOf(posted);
  dependencies.recordMetrics(to ? groupPostMetrics(counts) : broadcastMetrics(counts));
  return posted;
}

function broadcastMetrics({ delivered, gone, failed }: Counts): MetricValues {
  return {
    [MetricName.broadcastDelivered]: delivered,
    [MetricName.broadcastGone]: gone,
    [MetricName.broadcastFailed]: failed,
  };
}
