import pLimit from 'p-limit';
import type { Counts } from './broadcast-table.ts';
import type { Target } from './broadcast-task.ts';

/** Posts that one worker has under way at the same time: slow ones take their places, the others go on. */
export const MAX_CONCURRENT_POSTS = 50;

/** What posting to many needs of the world. */
export type PostToAllPorts = {
  /** Posts to one connection, with whatever retries there are. */
  post(target: Target): Promise<'delivered' | 'gone' | 'failed'>;
  now(): number;
  sleep(milliseconds: number): Promise<void>;
};

/** The connections, by what became of the post to each. */
export type Posted = { delivered: Target[]; gone: Target[]; failed: Target[] };

/**
 * Posts to each connection, starting no more than `postsPerSecond`: the n-th post starts n / postsPerSecond seconds after the first, or
 * later. One slow connection holds up no other.
 */
export async function postToAll(
  targets: readonly Target[],
  postsPerSecond: number,
  ports: PostToAllPorts,
): Promise<Posted> {
  const posted: Posted = { delivered: [], gone: [], failed: [] };
  const limit = pLimit(MAX_CONCURRENT_POSTS);
  const startedAt = ports.now();
  await Promise.all(
    targets.map((target, position) =>
      limit(async () => {
        const wait = startedAt + (position * 1_000) / postsPerSecond - ports.now();
        if (wait > 0) await ports.sleep(wait);
        posted[await ports.post(target)].push(target);
      }),
    ),
  );
  return posted;
}

export function countsOf({ delivered, gone, failed }: Posted): Counts {
  return { delivered: delivered.length, gone: gone.length, failed: failed.length };
}
