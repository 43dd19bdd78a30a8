/** A request that came with an idempotency key. `Answer`: what it is answered with once it is done. */
export type KeyedRequest<Answer extends object> = {
  /** The id of what is done, a message or a broadcast, whichever function does it: who has it drops it the second time. */
  id: string;
  /** Of all that is asked for: the same key may not come with anything else. */
  fingerprint: string;
  /** When the function that does it began, milliseconds since the epoch; it is its name, too. 0: none does it. */
  startedAt: number;
  /** The last number that its message was tried to be stored at. */
  triedSeq?: number;
  /** Released by a function that may have done some of it. */
  mayBeDone?: true;
  answer?: Answer;
};

/**
 * The requests of the last day that came with an idempotency key, by a name that stands for the key and what it is for. Each operation is
 * a single-item write or a strongly consistent read.
 */
export interface RequestTable<Answer extends object> {
  /** Writes a request unless there is one. Whether it was written. */
  begin(name: string, request: KeyedRequest<Answer>): Promise<boolean>;
  /** `undefined` when there is none, or it is too long ago at `now`. */
  requestOf(name: string, now: number): Promise<KeyedRequest<Answer> | undefined>;
  /** Takes an unanswered request over from the function that began at `from`. Whether it was still its. */
  takeOver(name: string, from: number, startedAt: number): Promise<boolean>;

  /** Notes the number that is about to be tried. Throws when another function has taken the request over. */
  noteAttempt(name: string, startedAt: number, seq: number): Promise<void>;
  /** Does nothing when another function has taken the request over; so does `release`. */
  finish(name: string, startedAt: number, answer: Answer): Promise<void>;
  /** Lets any function take the request over. `mayBeDone`: some of it may have been done. */
  release(name: string, startedAt: number, mayBeDone: boolean): Promise<void>;
}
