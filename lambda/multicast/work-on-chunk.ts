import pLimit from 'p-limit';
import type { Clock } from '../../protocol/clock.ts';
import { RefusalCode } from '../../protocol/refusal.ts';
import type { BroadcastQueue } from '../aws/broadcast-queue.ts';
import { MAX_CONCURRENT_POSTS } from '../broadcast/post-to-all.ts';
import { setAside } from '../broadcast/set-aside.ts';
import type { RetryingConnections } from '../connection/retrying-connections.ts';
import { logWarning } from '../log.ts';
import type { MessageLog } from '../messages/message-log.ts';
import { pushMetrics } from '../metrics/metrics.ts';
import { MetricName } from '../names.ts';
import { pace } from '../pace.ts';
import type { UidDelivery } from '../push/deliver.ts';
import { MAX_CONCURRENT_TABLE_REQUESTS, type RequestScope } from '../request-scope.ts';
import type { ConnectionTable } from '../table/connection-table.ts';
import type { ChunkTask } from './chunk-task.ts';
import type { DeadLetters } from './failed-posts.ts';
import type { MulticastMessage, MulticastTable, Part } from './multicast-table.ts';
import { outcomeOf, pushToAll } from './push-to-all.ts';

/** The last uid that is begun has so long: its connections are looked up, and each post is tried again after a 429. */
const lastUidMs = 7_000;

const maxRepetitions = 2;
const repetitionDelayMs = 500;

export type ChunkDependencies = Pick<RequestScope, 'clock' | 'random' | 'lastAttemptAt' | 'recordMetrics'> & {
  multicasts: MulticastTable;
  table: ConnectionTable;
  messageLog: MessageLog;
  connections: Pick<RetryingConnections, 'post'>;
  queue: Pick<BroadcastQueue<ChunkTask>, 'send'>;
  /** Posts that failed, where a person can see them and redrive them. */
  deadLetters: DeadLetters;
  /** Most uids that are begun in a second, and most posts. */
  postsPerSecond: number;
};

/**
 * Does as much of a chunk as there is time for, and asks for the rest. Throws when the queue should deliver the task
 * again. A part ends in three steps, and a crash between any two repeats at most this part:
 *
 *     push to the part's uids, put the posts that failed aside
 *                                   ← dies here: pushed to again, by at-least-once delivery of the queue
 *     write what became of it, and where it ended (once: `finishPart`)
 *                                   ← dies here: the repetition finds that, and only enqueues the rest
 *     enqueue the rest
 *
 * Of two workers that do the same part, the first one's outcome stands, and both go on from where it ended.
 */
export async function workOnChunk(task: ChunkTask, dependencies: ChunkDependencies): Promise<void> {
  const { multicasts, queue } = dependencies;
  const { multicast: id, from } = task;
  const [message, chunk, known] = await Promise.all([
    multicasts.messageOf(id),
    multicasts.chunkOf(id, task.chunk),
    multicasts.partFrom(id, from),
  ]);
  // The task is redriven after the week for which they are kept.
  if (message === undefined || chunk === undefined) return logWarning('multicast-unknown');
  const uids = chunk.uids.slice(from - chunk.first);
  const { end } = known ?? (await pushPart(task, message, uids, dependencies));
  if (end < from + uids.length) await queue.send({ ...task, from: end });
}

/** Throws when there was no time for a single uid. */
async function pushPart(
  task: ChunkTask,
  { text, options }: MulticastMessage,
  uids: readonly string[],
  dependencies: ChunkDependencies,
): Promise<Part> {
  const { multicast: id, from, traceparent } = task;
  const { multicasts, deadLetters, clock, lastAttemptAt, postsPerSecond, recordMetrics } = dependencies;
  // Only of what is stored a repetition must find what was done before.
  const mayBeDone = options.ttlSeconds > 0 && !(await multicasts.beginPart(id, from, clock.now()));
  const turn = pace(postsPerSecond, clock);
  const progression = {
    maxConcurrentUids: MAX_CONCURRENT_POSTS,
    beginUntil: lastAttemptAt - lastUidMs,
    turn,
  };
  const scope = {
    ...dependencies,
    connections: paced(dependencies),
    limitTableRequests: pLimit(MAX_CONCURRENT_TABLE_REQUESTS),
    ...(traceparent !== undefined && { traceparent }),
  };
  const push = (to: readonly string[]) =>
    pushToAll({ id, uids: to, text, options, mayBeDone }, progression, scope);
  const deliveries = await push(uids);
  if (deliveries.length === 0) throw new Error('There was no time to push to anybody.');
  await repeatUnavailable(deliveries, push, clock);
  // Nobody waits for an answer, so there is no latency.
  const { [MetricName.pushLatency]: _, ...counts } = pushMetrics(
    deliveries.map(({ result, refusal }) => refusal ?? result),
    0,
  );
  recordMetrics(counts);
  // Of what is stored a replay brings what is missing, with its number.
  const failed = options.ttlSeconds > 0 ? [] : deliveries.flatMap(({ failedTo = [] }) => failedTo);
  const repeated = { multicast: id, traceparent, origin: { from } };
  const aside = await setAside(repeated, failed, deadLetters);
  const outcome = outcomeOf(deliveries, options, from);
  return multicasts.finishPart(id, {
    from,
    end: from + deliveries.length,
    outcome,
    ...(aside !== undefined && { setAside: aside }),
    finishedAt: clock.now(),
  });
}

/** A table that did not answer was asked several times; a moment later it may. Nothing was done for these uids. */
async function repeatUnavailable(
  deliveries: UidDelivery[],
  push: (uids: readonly string[]) => Promise<UidDelivery[]>,
  clock: Pick<Clock, 'sleep'>,
): Promise<void> {
  for (let repetition = 0; repetition < maxRepetitions; repetition++) {
    const places = [...deliveries.keys()].filter(
      (place) => deliveries[place]?.refusal?.code === RefusalCode.unavailable,
    );
    if (places.length === 0) return;
    await clock.sleep(repetitionDelayMs);
    const again = await push(places.flatMap((place) => deliveries[place]?.result.uid ?? []));
    for (const [index, delivery] of again.entries()) deliveries[places[index] ?? 0] = delivery;
  }
}

/** Starts no more than `postsPerSecond`. What has waited until there is no time left has failed. */
function paced({
  connections,
  clock,
  lastAttemptAt,
  postsPerSecond,
}: ChunkDependencies): Pick<RetryingConnections, 'post'> {
  const turn = pace(postsPerSecond, clock);
  const limit = pLimit(MAX_CONCURRENT_POSTS);
  const post = async (connectionId: string, text: string) => {
    if (clock.now() > lastAttemptAt) return 'failed';
    await turn();
    return connections.post(connectionId, text);
  };
  return { post: (connectionId, text) => limit(post, connectionId, text) };
}
