import type { PageTask, RepetitionTask } from './broadcast-task.ts';

/** Progress of one segment of the table for a broadcast. */
export type SegmentProgress = {
  /** Number of pages that are done; the number of the page to do next. */
  pagesDone: number;
  /** Where the next page starts; absent before the first page and after the last. */
  cursor?: Cursor;
  isFinished: boolean;
};

/** A place in the table, from one page's end to the next one's start. */
export type Cursor = { pk: string; sk: string };

/** Connections by the outcome of the posts to them. */
export type Counts = { delivered: number; gone: number; failed: number };

export type BroadcastState = Counts & {
  /** Milliseconds since the epoch. */
  startedAt: number;
  /** For each segment that is finished, when. */
  finishedAt: number[];
  /** When somebody stopped it. */
  stoppedAt?: number;
};

/** A registered connection, as a broadcast finds it. */
type Recipient = { uid: string; connectionId: string; isFramed: boolean };

/** A page of one segment: its connections, and where the next page starts if there is one. */
export type Page = { recipients: Recipient[]; next?: Cursor };

/** Broadcasts, and the pages of connections that they go through. */
export interface BroadcastTable {
  /** Writes a broadcast unless it exists. One that was stopped stays so. */
  addBroadcast(id: string, text: string, startedAt: number): Promise<void>;
  /** Returns `undefined` for a broadcast that was stopped, too. */
  textOf(id: string): Promise<string | undefined>;
  /** Notes when the broadcast was stopped, the first time; then deletes its text. The broadcast exists. */
  stop(id: string, now: number): Promise<void>;
  stateOf(id: string): Promise<BroadcastState | undefined>;

  /**
   * Returns one page of the connections in one of the `BROADCAST_SEGMENTS` parts of the table; reads `size` items for
   * it.
   */
  page(segment: number, start: Cursor | undefined, size: number, now: number): Promise<Page>;
  progressOf(id: string, segment: number): Promise<SegmentProgress>;
  /** Counts a page and stores where the next one starts, unless this page has been counted already. */
  finishPage(task: PageTask, counts: Counts, next: Cursor | undefined, now: number): Promise<void>;
  /** Counts what a repetition of failed posts changed, once for each repetition. */
  correctCounts(task: RepetitionTask, change: Counts, now: number): Promise<void>;
}
