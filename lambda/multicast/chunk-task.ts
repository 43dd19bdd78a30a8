import * as v from 'valibot';
import { type Traced, traced } from '../broadcast/broadcast-task.ts';

/** A chunk of a multicast's uids, for a worker to do from one of its uids on. */
export type ChunkTask = Traced & {
  multicast: string;
  /** The chunk's place among those of the multicast, from 0. */
  chunk: number;
  /** The uid to begin with: its place among those of the request, from 0. */
  from: number;
};

export const chunkTaskSchema = v.object({
  ...traced,
  multicast: v.string(),
  chunk: v.number(),
  from: v.number(),
});
