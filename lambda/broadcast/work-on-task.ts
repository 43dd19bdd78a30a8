import { logWarning } from '../log.ts';
import type { BroadcastTable, Recipient } from './broadcast-table.ts';
import type { BroadcastTask, PageTask, RepetitionTask, Target } from './broadcast-task.ts';
import { countsOf, type Posted } from './post-to-all.ts';

/** What a worker needs of the world. */
export type WorkPorts = {
  table: BroadcastTable;
  /** Items of the table that one page reads. */
  pageSize: number;
  now(): number;
  /** A new name for a repetition, never used before. */
  newRepetition(): string;
  postToAll(broadcast: string, text: string, targets: readonly Target[]): Promise<Posted>;
  /** Forgets connections that are gone. */
  forgetAll(recipients: readonly Recipient[]): Promise<void>;
  enqueue(task: BroadcastTask): Promise<void>;
  /** Keeps what failed where a person can see it and have it tried again. */
  setAside(task: RepetitionTask): Promise<void>;
};

/**
 * Does one task of a broadcast; throws when the queue should give it to a worker again.
 *
 * A page ends in three steps, and a crash between any two repeats at most this page:
 *
 *     post to the page's connections
 *                                        ← dies here: the page is posted again, by at-least-once delivery of the queue
 *     count the page, note where the next one starts (once: `finishPage`)
 *                                        ← dies here: the repetition finds the page counted, and only asks for the next one
 *     ask for the next page
 */
export async function workOnTask(task: BroadcastTask, ports: WorkPorts): Promise<void> {
  const text = await ports.table.textOf(task.broadcast);
  // It was kept for a week; a task that somebody redrives after that can't be done any more.
  if (text === undefined) return logWarning('broadcast-unknown');
  return 'repetition' in task ? repeatPosts(task, text, ports) : workOnPage(task, text, ports);
}

async function workOnPage(task: PageTask, text: string, ports: WorkPorts): Promise<void> {
  const { broadcast, segment, page } = task;
  const { pagesDone, cursor, isFinished } = await ports.table.progressOf(broadcast, segment);
  // A repetition of what was done: if its worker died before it could ask for the next page, ask now. The queue takes each page once.
  if (pagesDone === page + 1 && !isFinished) return ports.enqueue({ broadcast, segment, page: page + 1 });
  if (pagesDone !== page) return;

  const { recipients, next } = await ports.table.page(segment, cursor, ports.pageSize, ports.now());
  const targets = recipients.map(({ connectionId, isFramed }) => ({ connectionId, isFramed }));
  const posted = await ports.postToAll(broadcast, text, targets);
  const gone = new Set(posted.gone.map(({ connectionId }) => connectionId));
  await ports.forgetAll(recipients.filter(({ connectionId }) => gone.has(connectionId)));
  await setFailedAside(broadcast, posted, ports);
  await ports.table.finishPage(task, countsOf(posted), next, ports.now());
  if (next) await ports.enqueue({ broadcast, segment, page: page + 1 });
}

/** What gets through now was counted as failed before. A row of a gone connection stays until the next push to it, or expires. */
async function repeatPosts(task: RepetitionTask, text: string, ports: WorkPorts): Promise<void> {
  const posted = await ports.postToAll(task.broadcast, text, task.targets);
  await setFailedAside(task.broadcast, posted, ports);
  const { delivered, gone } = countsOf(posted);
  await ports.table.correctCounts(task, { delivered, gone, failed: -(delivered + gone) }, ports.now());
}

async function setFailedAside(broadcast: string, { failed }: Posted, ports: WorkPorts): Promise<void> {
  if (failed.length === 0) return;
  await ports.setAside({ broadcast, repetition: ports.newRepetition(), targets: failed });
}
