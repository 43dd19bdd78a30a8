import { randomUUID } from 'node:crypto';
import type { BroadcastQueue } from '../aws/broadcast-queue.ts';
import { batchesOf } from '../batches.ts';
import type { Target } from '../broadcast/broadcast-task.ts';
import { correctionOf, countsOf, type PostDependencies, postToAll } from '../broadcast/post-to-all.ts';
import { OutgoingMessage } from '../connection/outgoing.ts';
import { logWarning } from '../log.ts';
import { groupPostMetrics, type RecordMetrics } from '../metrics/metrics.ts';
import type { MulticastRepetition, MulticastTask } from './chunk-task.ts';
import type { MulticastTable } from './multicast-table.ts';

/** As many as a page of a broadcast has, which a queue's message has room for. */
const maxTargets = 1_000;

export type DeadLetters = Pick<BroadcastQueue<MulticastTask>, 'send'>;

/** Puts posts that failed where a person can see them and redrive them. */
export async function setAside(
  { multicast, traceparent }: Pick<MulticastTask, 'multicast' | 'traceparent'>,
  failed: readonly Target[],
  deadLetters: DeadLetters,
): Promise<void> {
  for (const targets of batchesOf(failed, maxTargets)) {
    await deadLetters.send({ multicast, repetition: randomUUID(), targets, traceparent });
  }
}

export type RepetitionDependencies = PostDependencies & {
  multicasts: Pick<MulticastTable, 'messageOf' | 'correctCounts'>;
  deadLetters: DeadLetters;
  recordMetrics: RecordMetrics;
};

/**
 * Does posts once more that have been redriven, as those of a broadcast: a row of a gone connection stays until the
 * next push to it.
 */
export async function repeatPosts(
  task: MulticastRepetition,
  dependencies: RepetitionDependencies,
): Promise<void> {
  const { multicasts, deadLetters, recordMetrics, clock } = dependencies;
  const message = await multicasts.messageOf(task.multicast);
  if (message === undefined) return logWarning('multicast-unknown');
  const { traceparent } = task;
  const outgoing = new OutgoingMessage(task.multicast, message.text, true, { traceparent });
  const posted = await postToAll(outgoing, task.targets, dependencies);
  recordMetrics(groupPostMetrics(countsOf(posted)));
  await setAside(task, posted.failed, deadLetters);
  await multicasts.correctCounts(task, correctionOf(posted), clock.now());
}
