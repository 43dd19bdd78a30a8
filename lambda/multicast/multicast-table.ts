import type { Counts } from '../broadcast/broadcast-table.ts';
import type { Standing } from '../broadcast/set-aside.ts';
import type { PushOptions } from '../push/push-options.ts';
import type { MulticastRepetition } from './chunk-task.ts';
import type { MulticastOutcome } from './push-to-all.ts';

/** The message that is pushed, and its options. */
export type MulticastMessage = { text: string; options: PushOptions };

/** Some of a multicast's uids. `first`: the place of the first one among those of the request, from 0. */
export type Chunk = { first: number; uids: readonly string[] };

/** Outcome of the uids from the place `from` to the place before `end`. */
export type Part = {
  from: number;
  end: number;
  outcome: MulticastOutcome;
  /** The name under which posts that failed were set aside. */
  setAside?: string;
  /** Milliseconds since the epoch. */
  finishedAt: number;
};

export type MulticastState = {
  /** Number of uids. */
  uids: number;
  /** The `first` of each chunk, in order. */
  chunkStarts: readonly number[];
  /** Milliseconds since the epoch. */
  startedAt: number;
  /** Whether the message is stored. */
  isStored: boolean;
  /** Whether connections are selected. */
  isSelected: boolean;
  /** Those that are done, in the order of their uids. */
  parts: readonly Part[];
  /** What repeated posts changed in the counts of the parts. */
  corrections: readonly Counts[];
};

/** Multicasts that are done in the background, for a week. */
export interface MulticastTable {
  /** Writes a multicast. If it exists, the time of its first start stands. */
  addMulticast(
    id: string,
    message: MulticastMessage,
    chunks: readonly Chunk[],
    startedAt: number,
  ): Promise<void>;
  messageOf(id: string): Promise<MulticastMessage | undefined>;
  chunkOf(id: string, chunk: number): Promise<Chunk | undefined>;
  stateOf(id: string): Promise<MulticastState | undefined>;

  /** Notes that a part is about to be pushed. Returns whether that was not noted before. */
  beginPart(id: string, from: number, now: number): Promise<boolean>;
  partFrom(id: string, from: number): Promise<Part | undefined>;
  /** Writes the outcome of a part, unless it is known. Returns the one that stands. */
  finishPart(id: string, part: Part): Promise<Part>;
  standingOf(task: MulticastRepetition): Promise<Standing>;
  /**
   * Counts what a repetition of failed posts changed, once for each repetition.
   *
   * @param setAside The name under which those that failed again were set aside.
   */
  correctCounts(task: MulticastRepetition, change: Counts, now: number, setAside?: string): Promise<void>;
}
