import type { BroadcastQueue } from '../aws/broadcast-queue.ts';
import { correctionOf, countsOf, type PostDependencies, postToAll } from '../broadcast/post-to-all.ts';
import { isToDo, setAside } from '../broadcast/set-aside.ts';
import { OutgoingMessage } from '../connection/outgoing.ts';
import { logWarning } from '../log.ts';
import { groupPostMetrics, type RecordMetrics } from '../metrics/metrics.ts';
import type { MulticastRepetition, MulticastTask } from './chunk-task.ts';
import type { MulticastTable } from './multicast-table.ts';

export type DeadLetters = Pick<BroadcastQueue<MulticastTask>, 'send'>;

export type RepetitionDependencies = PostDependencies & {
  multicasts: Pick<MulticastTable, 'messageOf' | 'standingOf' | 'correctCounts'>;
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
  if (!isToDo(await multicasts.standingOf(task))) return;
  const { multicast, traceparent, repetition } = task;
  const outgoing = new OutgoingMessage(multicast, message.text, true, { traceparent });
  const posted = await postToAll(outgoing, task.targets, dependencies);
  recordMetrics(groupPostMetrics(countsOf(posted)));
  const repeated = { multicast, traceparent, origin: { repetition } };
  const aside = await setAside(repeated, posted.failed, deadLetters);
  await multicasts.correctCounts(task, correctionOf(posted), clock.now(), aside);
}
