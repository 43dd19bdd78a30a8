import type { PushResult } from '../../protocol/push-result.ts';

/** A push that came with an idempotency key. */
export type PushRequest = {
  /** What its message is told with, whoever does the push: clients drop what they have. */
  id: string;
  /** Of the message and how long it is kept: the same key may not come with others. */
  fingerprint: string;
  /** When the one who does it began, milliseconds since the epoch; it is its name, too. 0: nobody does it. */
  startedAt: number;
  /** The last number that its message was tried to be stored at. */
  triedSeq?: number;
  answer?: PushResult;
};

/**
 * The pushes of the last day that came with an idempotency key, by a name that stands for key and uid. Each operation is a
 * single-item write or a strongly consistent read.
 */
export interface RequestTable {
  /** Writes a request unless there is one. Whether it was written. */
  begin(name: string, request: PushRequest): Promise<boolean>;
  /** `undefined` when there is none, or it is too long ago at `now`. */
  requestOf(name: string, now: number): Promise<PushRequest | undefined>;
  /** Takes an unanswered request over from the one who began at `from`. Whether it was still theirs. */
  takeOver(name: string, from: number, startedAt: number): Promise<boolean>;

  /** Notes the number that is about to be tried. Throws when somebody else has taken the request over. */
  noteAttempt(name: string, startedAt: number, seq: number): Promise<void>;
  /** Does nothing when somebody else has taken the request over; so does `release`. */
  finish(name: string, startedAt: number, answer: PushResult): Promise<void>;
  /** Lets anybody take the request over. */
  release(name: string, startedAt: number): Promise<void>;
}
