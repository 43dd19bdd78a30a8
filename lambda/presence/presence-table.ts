/** Whether a uid is online, as it was last decided. */
export type Presence = {
  isOnline: boolean;
  /** Rises with each change. */
  epoch: number;
  /** When it was decided, milliseconds since the epoch. */
  at: number;
  /** How many connections the uid had then. */
  connections: number;
  /** The last epoch whose event all targets have, or that needs no event; 0: none. */
  told: number;
  /** When its last connection left, milliseconds since the epoch; absent if none has since it came online. */
  leftAt?: number;
  /** Whether only pages that watch the uid are to know of it: for backends nothing has changed. */
  isForPages?: true;
  /** For when a look at the uid is due that was arranged as it came online. */
  dueAt?: number;
};

/**
 * Most uids of one read.
 * Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html
 */
export const MAX_PRESENCES = 100;

/**
 * Who is online, and when to look again whether they are. Each operation is a single-item write or one strongly
 * consistent read.
 */
export interface PresenceTable {
  presenceOf(uid: string): Promise<Presence | undefined>;
  /** Of up to `MAX_PRESENCES` uids, in their order. */
  presencesOf(uids: readonly string[]): Promise<(Presence | undefined)[]>;
  /**
   * Writes `after` in place of `before`, if that is there still: its epoch and its `leftAt`. Returns whether it was
   * written.
   */
  change(uid: string, before: Presence | undefined, after: Presence): Promise<boolean>;
  /** Notes that the last connection left, if the uid is online by the table. Returns whether it is. */
  noteLeft(uid: string, now: number): Promise<boolean>;
  /** Notes that all targets know `epoch`, unless there is another by now. */
  noteTold(uid: string, epoch: number): Promise<void>;
  /** Has the sweep ask for a look at the uid at `dueAt` or soon after. */
  addDue(uid: string, dueAt: number): Promise<void>;
}

/** Looks that are due, by spans of time: `dueSpanOf`. */
export interface DueTable {
  /** The uids that are due in a span, page by page. */
  dueIn(span: number): AsyncIterable<readonly string[]>;
  removeDue(uid: string, span: number): Promise<void>;
  /** The last span all of whose looks have been asked for; `undefined`: none yet. */
  sweptThrough(): Promise<number | undefined>;
  noteSwept(span: number): Promise<void>;
}

/** Has a worker look at a uid at once; at the same uid one after the other. */
export type SendLook = (look: Look) => Promise<void>;

/** Has a worker look at a uid after the grace. */
export type SendSettle = (uid: string) => Promise<void>;

export type Look = {
  uid: string;
  /** Whether the grace is over: only such a look may find that the uid has left. */
  isSettled: boolean;
  /** Whether the sweep asks for it: if the uid is online still, the next one is to be arranged. */
  isDue: boolean;
};
