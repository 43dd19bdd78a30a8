/** A request that came with an idempotency key. `Answer`: what it is answered with once it is done. */
export type KeyedRequest<Answer extends object> = {
  /**
   * The id of the message or broadcast, whichever invocation does the request: a client that has it drops it the second
   * time.
   */
  id: string;
  /** Hash of all that is requested: the same key may not come with anything else. */
  fingerprint: string;
  /**
   * When the invocation that does it began, milliseconds since the epoch; it names the invocation, too. 0: none does
   * it.
   */
  startedAt: number;
  /** The last sequence number that its message was tried to be stored at. */
  triedSeq?: number;
  /** Released by an invocation that may have done some of it. */
  mayBeDone?: true;
  answer?: Answer;
};

/**
 * The requests of the last day that came with an idempotency key, by a name that stands for the key and what it is for.
 * Each operation is a single-item write or a strongly consistent read.
 */
export interface RequestTable<Answer extends object> {
  /** Writes a request unless there is one. Returns whether it was written. */
  begin(name: string, request: KeyedRequest<Answer>): Promise<boolean>;
  /** Returns `undefined` when there is none, or its day has ended at `now`. */
  requestOf(name: string, now: number): Promise<KeyedRequest<Answer> | undefined>;
  /** Takes an unanswered request over from the invocation that began at `from`. Returns whether it was still its. */
  takeOver(name: string, from: number, startedAt: number): Promise<boolean>;

  /** Notes the sequence number that is about to be tried. Throws when another invocation has taken the request over. */
  recordAttempt(name: string, startedAt: number, seq: number): Promise<void>;
  /** Does nothing when another invocation has taken the request over; so does `release`. */
  finish(name: string, startedAt: number, answer: Answer): Promise<void>;
  /** Lets any invocation take the request over. `mayBeDone`: some of it may have been done. */
  release(name: string, startedAt: number, mayBeDone: boolean): Promise<void>;
}
