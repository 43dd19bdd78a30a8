import type { OnlineCount } from '../../protocol/answers/presence.ts';
import { CANARY_UID_PREFIX } from '../names.ts';
import { type ReadSegment, sample } from '../table/sample.ts';

/** The uids of a page of connections that are open at `now`, one for each connection. */
export type ReadOnlineUids<Cursor> = (
  now: number,
  ...segment: Parameters<ReadSegment<{ uids: string[] }, Cursor>>
) => ReturnType<ReadSegment<{ uids: string[] }, Cursor>>;

/** Of a normal distribution, 95 % are within so many standard deviations. */
const deviations = 1.96;

/**
 * Counts who is online, exactly while the table is small, else by a sample: whatever its size, no more is read of it.
 *
 * Each uid is in the sample or not by itself, with probability p = 1 / segments. With its c connections it adds c / p
 * to the estimate, or nothing, so the variance of the estimate is about the sum of (1 - p) × (c / p)² over the uids of
 * the sample.
 */
export async function countOnline<Cursor>(
  readUids: ReadOnlineUids<Cursor>,
  now: number,
): Promise<OnlineCount> {
  const { pages, segments } = await sample<{ uids: string[] }, Cursor>((...segment) =>
    readUids(now, ...segment),
  );
  const countsByUid = new Map<string, number>();
  for (const uid of pages.flatMap(({ uids }) => uids)) {
    if (!uid.startsWith(CANARY_UID_PREFIX)) countsByUid.set(uid, (countsByUid.get(uid) ?? 0) + 1);
  }
  const counts = [...countsByUid.values()];
  const sum = (ofUid: (count: number) => number) => counts.reduce((total, count) => total + ofUid(count), 0);
  const marginOf = (squares: number) =>
    Math.ceil(deviations * segments * Math.sqrt((1 - 1 / segments) * squares));
  return {
    uids: segments * counts.length,
    connections: segments * sum((count) => count),
    ...(segments > 1 && {
      margin: { uids: marginOf(counts.length), connections: marginOf(sum((count) => count ** 2)) },
    }),
  };
}
