import type { Selection } from '../../protocol/selection.ts';
import type { PageTask, RepetitionTask } from './broadcast-task.ts';
import type { Standing } from './set-aside.ts';

/** Progress of one segment of the table for a broadcast. */
export type SegmentProgress = {
  /** Number of pages that are done; the number of the page to do next. */
  pagesDone: number;
  /** Where the next page starts; absent before the first page and after the last. */
  cursor?: Cursor;
  isFinished: boolean;
};

/** A place among the recipients, from one page's end to the next one's start: as a rule a key of the table. */
export type Cursor = { pk: string; sk: string };

/** Connections by the outcome of the posts to them. `excluded`: those that a selection left out. */
export type Counts = { delivered: number; gone: number; failed: number; excluded: number };

/** Whom a push to a group is for. */
type GroupAddress = { group: string; selection: Selection | undefined };

/** `to`: of a push to a group. @default everybody */
export type BroadcastMessage = { text: string; to?: GroupAddress };

export type BroadcastState = Counts & {
  /** Milliseconds since the epoch. */
  startedAt: number;
  /** For each segment that is finished, when. */
  finishedAt: number[];
  /** When somebody stopped it. */
  stoppedAt?: number;
  /** Of a push to a group. */
  group?: string;
};

/** A registered connection, as a broadcast finds it. `device`: known where connections may be selected. */
type Recipient = { uid: string; connectionId: string; isFramed: boolean; device?: string };

/** A page of one segment: its connections, and where the next page starts if there is one. */
export type Page = { recipients: Recipient[]; next?: Cursor };

/** Those whom a broadcast is for. */
export interface Recipients {
  /**
   * Returns a page of those in one of the `BROADCAST_SEGMENTS` parts; reads about `size` items for it.
   *
   * @param place `page`: how many pages of the segment came before, the last of which ended at `cursor`.
   */
  page(place: Place, size: number, now: number): Promise<Page>;
  /** Removes the rows of one that is gone. Never throws. */
  forget(recipient: Recipient): Promise<void>;
}

type Place = Pick<PageTask, 'segment' | 'page'> & { cursor: Cursor | undefined };

/** Broadcasts, and the pages of connections that they go through. */
export interface BroadcastTable {
  /** Writes a broadcast unless it exists. One that was stopped stays so. */
  addBroadcast(id: string, message: BroadcastMessage, startedAt: number): Promise<void>;
  /** Returns `undefined` for a broadcast that was stopped, too. */
  messageOf(id: string): Promise<BroadcastMessage | undefined>;
  /** Notes when the broadcast was stopped, the first time; then deletes its text. The broadcast exists. */
  stop(id: string, now: number): Promise<void>;
  stateOf(id: string): Promise<BroadcastState | undefined>;

  /** Returns a page of all registered connections; reads `size` items for it. */
  page(segment: number, start: Cursor | undefined, size: number, now: number): Promise<Page>;
  progressOf(id: string, segment: number): Promise<SegmentProgress>;
  /**
   * Counts a page and stores where the next one starts, unless this page has been counted already.
   *
   * @param setAside The name under which posts that failed were set aside.
   */
  finishPage(
    task: PageTask,
    counts: Counts,
    next: Cursor | undefined,
    now: number,
    setAside?: string,
  ): Promise<void>;
  standingOf(task: RepetitionTask): Promise<Standing>;
  /**
   * Counts what a repetition of failed posts changed, once for each repetition.
   *
   * @param setAside The name under which those that failed again were set aside.
   */
  correctCounts(task: RepetitionTask, change: Counts, now: number, setAside?: string): Promise<void>;
}
