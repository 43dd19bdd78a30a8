import { ProblemCode } from '../../protocol/problem.ts';
import { isRefusal, type Refusal, RefusalCode, refuse } from '../../protocol/refusal.ts';
import type { RetryConditions } from '../connection/retry-throttled.ts';
import { errorName, logError } from '../log.ts';
import { PUSH_TIMEOUT_SECONDS } from '../names.ts';
import type { KeyedRequest, RequestTable } from './request-table.ts';

/** A function that began so long ago is dead: Lambda has ended it. The margin is for clocks that differ. */
export const DEAD_AFTER_MS = (PUSH_TIMEOUT_SECONDS + 5) * 1_000;

const firstWaitMs = 50;
const largestWaitMs = 1_000;

/** Why a key has no result. */
export type KeyProblem = {
  code: typeof ProblemCode.idempotencyKeyReused | typeof ProblemCode.idempotencyKeyInUse;
  detail: string;
};

/** Passed to what does the request. `triedSeq`: the number that a function before, which died, has tried last. */
export type Attempt = Pick<KeyedRequest<object>, 'id' | 'triedSeq'> & {
  beforeAttempt(seq: number): Promise<void>;
};

/** `lastAttemptAt`: nobody is waited for after it. */
export type OncePorts<Answer extends object> = Omit<RetryConditions, 'retryForMs'> & {
  requests: RequestTable<Answer>;
  /** Does it. It may be called again with the same `id`, which must then change nothing for who has it already. */
  attempt(attempt: Attempt): Promise<Answer | Refusal>;
  newId(): string;
};

/**
 * Does what is asked for, or returns the answer of the request that came with the same key before.
 *
 *     request                                  a crash after this line leaves a request that is
 *     ── put if none ───────▶ mine             taken over, and done with the same id
 *     ── note number n ─────▶ mine, tried n    the same: no message at n has the id
 *     ── put message n                         the same: the message at n has the id, and is not stored twice
 *     ── raise counter, post                   the same: clients that got the message know its id and its number
 *     ── put answer ────────▶ answered         done: every repetition gets the answer
 *
 * A broadcast has no number; the crashes in its middle are drawn in `start-broadcast.ts`.
 *
 * What was refused because a service didn't answer, or threw, is released with what it has tried: a repetition takes it over at once.
 */
export async function doOnce<Answer extends object>(
  name: string,
  fingerprint: string,
  ports: OncePorts<Answer>,
): Promise<Answer | Refusal | KeyProblem> {
  const { requests, newId, lastAttemptAt, now, random, sleep } = ports;
  for (let waits = 0; ; waits++) {
    const startedAt = now();
    const mine = { id: newId(), fingerprint, startedAt };
    // After a wait there is a request, unless its day has just ended.
    const found = waits === 0 ? undefined : await requests.requestOf(name, startedAt);
    if (found === undefined && (await requests.begin(name, mine))) return doAttempt(name, mine, ports);

    const request = found ?? (await requests.requestOf(name, startedAt));
    if (request !== undefined) {
      if (request.fingerprint !== fingerprint) return keyReused;
      if (request.answer) return request.answer;
      // The write's answer was lost, and it was tried again.
      if (request.id === mine.id) return doAttempt(name, mine, ports);
      const isDead = request.startedAt + DEAD_AFTER_MS < startedAt;
      if (isDead && (await requests.takeOver(name, request.startedAt, startedAt))) {
        const isReleased = request.startedAt === 0;
        return doAttempt(name, { ...request, startedAt, ...(!isReleased && { mayBeDone: true }) }, ports);
      }
    }
    if (now() >= lastAttemptAt) return keyInUse;
    await sleep((0.5 + random() / 2) * Math.min(largestWaitMs, firstWaitMs * 2 ** waits));
  }
}

async function doAttempt<Answer extends object>(
  name: string,
  request: KeyedRequest<Answer>,
  { requests, attempt }: OncePorts<Answer>,
): Promise<Answer | Refusal> {
  const { id, startedAt, triedSeq, mayBeDone = false } = request;
  const release = (mayBeDoneNow: boolean) =>
    noteEnd(() => requests.release(name, startedAt, mayBeDone || mayBeDoneNow));
  let result: Answer | Refusal;
  try {
    result = await attempt({
      id,
      ...(triedSeq !== undefined && { triedSeq }),
      beforeAttempt: (seq) => requests.noteAttempt(name, startedAt, seq),
    });
  } catch (error) {
    await release(true);
    throw error;
  }
  if (isRefusal(result)) {
    await release(result.code !== RefusalCode.unavailable);
    return mayBeDone ? doneBeforePerhaps : result;
  }
  const answer = result;
  await noteEnd(() => requests.finish(name, startedAt, answer));
  return answer;
}

/** Never throws: the request is done, or refused, and its answer is true. A repetition waits, then does it once more with the same id. */
async function noteEnd(note: () => Promise<void>): Promise<void> {
  try {
    await note();
  } catch (error) {
    logError('request-not-noted', { error: errorName(error) });
  }
}

/** This function has done nothing, but the one before, which died or was not sure, may have. */
const doneBeforePerhaps = refuse(
  RefusalCode.unconfirmed,
  'a request with this idempotency key may have been done before; repeat it',
);
const keyReused: KeyProblem = {
  code: ProblemCode.idempotencyKeyReused,
  detail: 'this idempotency key came with another body or TTL before',
};
const keyInUse: KeyProblem = {
  code: ProblemCode.idempotencyKeyInUse,
  detail: 'the request that came with this idempotency key before is still being done',
};
