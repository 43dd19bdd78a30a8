import pLimit from 'p-limit';
import type { Clock } from '../../protocol/clock.ts';
import type { OutgoingMessage } from '../connection/outgoing.ts';
import { postInOrder, type RetryingConnections } from '../connection/retrying-connections.ts';
import { pace } from '../pace.ts';
import type { Counts } from './broadcast-table.ts';
import type { Target } from './broadcast-task.ts';

/** Posts that one worker has under way at the same time: slow ones take their places, the others go on. */
export const MAX_CONCURRENT_POSTS = 50;

export type PostDependencies = {
  connections: Pick<RetryingConnections, 'post'>;
  clock: Pick<Clock, 'now' | 'sleep'>;
  postsPerSecond: number;
};

/** The connections, by the outcome of the post to each. */
export type Posted = { delivered: Target[]; gone: Target[]; failed: Target[] };

/**
 * Posts to each connection, starting no more than `postsPerSecond`: the n-th post starts n / postsPerSecond seconds
 * after the first, or later. One slow connection holds up no other.
 */
export async function postToAll(
  message: Pick<OutgoingMessage, 'textsFor'>,
  targets: readonly Target[],
  { connections, clock, postsPerSecond }: PostDependencies,
): Promise<Posted> {
  const posted: Posted = { delivered: [], gone: [], failed: [] };
  const limit = pLimit(MAX_CONCURRENT_POSTS);
  const turn = pace(postsPerSecond, clock);
  await Promise.all(
    targets.map((target) =>
      limit(async () => {
        await turn();
        const { connectionId, isFramed } = target;
        const outcome = await postInOrder(message.textsFor(isFramed), connectionId, connections);
        posted[outcome].push(target);
      }),
    ),
  );
  return posted;
}

/** What repeated posts change in the counts: each was counted as failed. */
export function correctionOf(posted: Posted): Counts {
  const { delivered, gone } = countsOf(posted);
  return { delivered, gone, failed: -(delivered + gone), excluded: 0 };
}

export function countsOf({ delivered, gone, failed }: Posted): Counts {
  return { delivered: delivered.length, gone: gone.length, failed: failed.length, excluded: 0 };
}
