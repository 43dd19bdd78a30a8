import { createHash, randomUUID } from 'node:crypto';
import type { Clock } from '../../protocol/clock.ts';
import { ProblemCode } from '../../protocol/problem.ts';
import { isRefusal, type Refusal, RefusalCode, refuse } from '../../protocol/refusal.ts';
import { exponentialBackoff, retry } from '../../protocol/retry.ts';
import type { Selection } from '../../protocol/selection.ts';
import { errorName, logError } from '../log.ts';
import { PUSH_TIMEOUT_SECONDS } from '../names.ts';
import type { KeyedRequest, RequestTable } from './request-table.ts';

/** Age from which an invocation is certainly dead: Lambda has ended it. The margin is for clocks that differ. */
export const DEAD_AFTER_MS = (PUSH_TIMEOUT_SECONDS + 5) * 1_000;

const firstWaitMs = 50;
const largestWaitMs = 1_000;

/** Why a key has no result. */
export type KeyProblem = {
  code: typeof ProblemCode.idempotencyKeyReused | typeof ProblemCode.idempotencyKeyInUse;
  detail: string;
};

export function isKeyProblem(result: object): result is KeyProblem {
  return (
    'code' in result &&
    (result.code === ProblemCode.idempotencyKeyInUse || result.code === ProblemCode.idempotencyKeyReused)
  );
}

export type ClaimDependencies<Answer extends object> = {
  requests: RequestTable<Answer>;
  clock: Pick<Clock, 'now' | 'sleep'>;
  /** From 0 up to, not including, 1. */
  random(): number;
  /** Milliseconds since the epoch after which no other invocation is waited for. */
  lastAttemptAt: number;
};

/**
 * Claims the request that came with an idempotency key. Returns the claim, which the caller ends with `endWith`; or the
 * answer that an earlier request with the key got; or why there is neither. `name`: of the key, see `pushRequestName`.
 *
 *     request                                  a crash after this line leaves a request that is
 *     ── put if none ───────▶ mine             taken over, and done with the same id
 *     ── note number n ─────▶ mine, tried n    the same: no message at n has the id
 *     ── put message n                         the same: the message at n has the id, and is not stored twice
 *     ── raise counter, post                   the same: clients that got the message know its id and its number
 *     ── put answer ────────▶ answered         done: every repetition gets the answer
 *
 * A broadcast has no number; the crashes in its middle are drawn in `start-broadcast.ts`.
 */
export async function claimKey<Answer extends object>(
  name: string,
  fingerprint: string,
  { requests, clock, random, lastAttemptAt }: ClaimDependencies<Answer>,
): Promise<Claim<Answer> | Answer | KeyProblem> {
  const found = await retry(
    (attempt) => tryToClaim(name, fingerprint, attempt === 1, requests, clock.now()),
    {
      isRetryable: (outcome) => outcome === undefined,
      delayMs: (retries) => (0.5 + random() / 2) * exponentialBackoff(firstWaitMs, largestWaitMs, retries),
      // The first attempt waits for nobody.
      lastAttemptAt: Math.max(lastAttemptAt, clock.now()),
    },
    clock,
  );
  return found ?? keyInUse;
}

/** Returns `undefined` while another invocation does the request. */
async function tryToClaim<Answer extends object>(
  name: string,
  fingerprint: string,
  isFirstAttempt: boolean,
  requests: RequestTable<Answer>,
  startedAt: number,
): Promise<Claim<Answer> | Answer | KeyProblem | undefined> {
  const mine = { id: randomUUID(), fingerprint, startedAt };
  // After a wait there is a request, unless its day has just ended.
  const found = isFirstAttempt ? undefined : await requests.requestOf(name, startedAt);
  if (found === undefined && (await requests.begin(name, mine))) return new Claim(name, mine, requests);

  const request = found ?? (await requests.requestOf(name, startedAt));
  if (request === undefined) return undefined;
  if (request.fingerprint !== fingerprint) return keyReused;
  if (request.answer) return request.answer;
  // The write's answer was lost, and it was tried again.
  if (request.id === mine.id) return new Claim(name, mine, requests);
  const isDead = request.startedAt + DEAD_AFTER_MS < startedAt;
  if (!isDead || !(await requests.takeOver(name, request.startedAt, startedAt))) return undefined;
  const isReleased = request.startedAt === 0;
  const taken = { ...request, startedAt, ...(!isReleased && { mayBeDone: true as const }) };
  return new Claim(name, taken, requests);
}

/** A request with an idempotency key, while this invocation and no other does it. */
export class Claim<Answer extends object> {
  /**
   * The id of the message or broadcast. An earlier invocation may have used it: a client that has it drops it the
   * second time.
   */
  readonly id: string;
  /** The sequence number that an earlier invocation, which died or failed, tried last. */
  readonly triedSeq: number | undefined;
  readonly #name: string;
  readonly #startedAt: number;
  /** An earlier invocation may have done some of it. */
  readonly mayBeDone: boolean;
  readonly #requests: RequestTable<Answer>;

  constructor(name: string, request: KeyedRequest<Answer>, requests: RequestTable<Answer>) {
    this.#name = name;
    this.#requests = requests;
    this.id = request.id;
    this.triedSeq = request.triedSeq;
    this.#startedAt = request.startedAt;
    this.mayBeDone = request.mayBeDone ?? false;
  }

  /** Notes the sequence number that is about to be tried. Throws if another invocation has taken the request over. */
  recordAttempt(seq: number): Promise<void> {
    return this.#requests.recordAttempt(this.#name, this.#startedAt, seq);
  }

  /**
   * Ends the claim when the request is done: an answer is stored for repetitions; after a refusal, or an exception, a
   * repetition does the request at once, with what was tried. Resolves to what the caller is answered with. If the end
   * cannot be noted, the result is true all the same, and a repetition waits, then does it once more with the same id.
   *
   * @throws what the request throws. Some of it may have been done
   */
  async endWith(request: Promise<Answer | Refusal>): Promise<Answer | Refusal> {
    let result: Answer | Refusal;
    try {
      result = await request;
    } catch (error) {
      await this.#release(true);
      throw error;
    }
    if (isRefusal(result)) {
      await this.#release(result.code === RefusalCode.unconfirmed);
      return this.mayBeDone ? doneBeforePerhaps : result;
    }
    await recordEnd(this.#requests.finish(this.#name, this.#startedAt, result));
    return result;
  }

  #release(mayBeDoneNow: boolean): Promise<void> {
    const mayBeDone = this.mayBeDone || mayBeDoneNow;
    return recordEnd(this.#requests.release(this.#name, this.#startedAt, mayBeDone));
  }
}

async function recordEnd(noted: Promise<void>): Promise<void> {
  try {
    await noted;
  } catch (error) {
    logError('request-not-noted', { error: errorName(error) });
  }
}

/**
 * Returns one name for a key and a uid, whatever they contain: a uid has no byte that is 0xff, since UTF-8 has none.
 */
export function pushRequestName(uid: string, key: string): string {
  return createHash('sha256').update(uid).update(Uint8Array.of(0xff)).update(key).digest('hex');
}

/** Never the name of a push: no uid is empty. */
export function broadcastRequestName(key: string): string {
  return pushRequestName('', key);
}

/** Never the name of a push or a broadcast: neither has two such bytes. */
export function multicastRequestName(key: string): string {
  return createHash('sha256').update(Uint8Array.of(0xff, 0xff)).update(key).digest('hex');
}

/** Never the name of another request: none begins with three such bytes. */
export function groupRequestName(group: string, key: string): string {
  const hash = createHash('sha256')
    .update(Uint8Array.of(0xff, 0xff, 0xff))
    .update(group);
  return hash.update(Uint8Array.of(0xff)).update(key).digest('hex');
}

/** Of the text, verbatim, of how long it is stored, and for whom. */
export function fingerprintOf(text: string, ttlSeconds = 0, selection?: Selection): string {
  const options = selection ? `${ttlSeconds} ${JSON.stringify(selection)}` : ttlSeconds;
  return createHash('sha256').update(`${options}\n${text}`).digest('hex');
}

/** This invocation has done nothing, but an earlier one, which died or was not sure, may have. */
const doneBeforePerhaps = refuse(
  RefusalCode.unconfirmed,
  'a request with this idempotency key may have been done before; repeat it',
);
const keyReused: KeyProblem = {
  code: ProblemCode.idempotencyKeyReused,
  detail: 'this idempotency key came with another body, TTL or selection before',
};
const keyInUse: KeyProblem = {
  code: ProblemCode.idempotencyKeyInUse,
  detail: 'the request that came with this idempotency key before is still being done',
};
