import * as v from 'valibot';
import {
  type RepetitionOrigin,
  repetitionOrigin,
  type Target,
  type Traced,
  targetSchema,
  traced,
} from '../broadcast/broadcast-task.ts';

/** A chunk of a multicast's uids, for a worker to do from one of its uids on. */
export type ChunkTask = Traced & {
  multicast: string;
  /** The chunk's place among those of the multicast, from 0. */
  chunk: number;
  /** The uid to begin with: its place among those of the request, from 0. */
  from: number;
};

/** Posts of a multicast that failed, as those of a broadcast. */
export type MulticastRepetition = Traced & {
  multicast: string;
  repetition: string;
  targets: Target[];
  /** `from`: of the part that counts the posts that failed. */
  origin?: { from: number } | RepetitionOrigin | undefined;
};

export type MulticastTask = ChunkTask | MulticastRepetition;

export const multicastTaskSchema = v.union([
  v.object({ ...traced, multicast: v.string(), chunk: v.number(), from: v.number() }),
  v.object({
    ...traced,
    multicast: v.string(),
    repetition: v.string(),
    targets: v.array(targetSchema),
    origin: v.optional(v.union([v.object({ from: v.number() }), repetitionOrigin])),
  }),
]);
