import { ProblemCode } from '../../protocol/problem.ts';
import type { LineResult, PushResult } from '../../protocol/push-result.ts';
import { isRefusal } from '../../protocol/refusal.ts';
import { errorName, logError } from '../log.ts';
import { PUSH_TIMEOUT_SECONDS } from '../names.ts';
import type { PushRequest, RequestTable } from './request-table.ts';

/** Somebody who began so long ago is dead: Lambda has ended it. The margin is for clocks that differ. */
export const DEAD_AFTER_MS = (PUSH_TIMEOUT_SECONDS + 5) * 1_000;

const firstWaitMs = 50;
const largestWaitMs = 1_000;

/** Why a key has no result. */
export type KeyProblem = {
  code: typeof ProblemCode.idempotencyKeyReused | typeof ProblemCode.idempotencyKeyInUse;
  detail: string;
};

/** What the one who does a push is told and calls. `triedSeq`: what somebody before, who died, has tried last. */
export type PushAttempt = Pick<PushRequest, 'id' | 'triedSeq'> & {
  beforeAttempt(seq: number): Promise<void>;
};

export type PushOncePorts = {
  requests: RequestTable;
  push(attempt: PushAttempt): Promise<LineResult>;
  newId(): string;
  /** Milliseconds since the epoch after which nobody is waited for. */
  lastAttemptAt: number;
  now(): number;
  /** From 0 to below 1. */
  random(): number;
  sleep(milliseconds: number): Promise<void>;
};

/**
 * Does a push, or gives the answer of the one that came with the same key before.
 *
 *     request                                  a crash after this line leaves a request that is
 *     ── put if none ───────▶ mine             taken over, and pushed with the same id
 *     ── note number n ─────▶ mine, tried n    the same: no message at n has the id
 *     ── put message n                         the same: the message at n has the id, and is not stored twice
 *     ── raise counter, post                   the same: clients that got the message know its id and its number
 *     ── put answer ────────▶ answered         done: every repetition gets the answer
 *
 * A push that was refused because a service didn't answer is let go, with what it has tried: a repetition takes it over at once.
 */
export async function pushOnce(
  name: string,
  fingerprint: string,
  ports: PushOncePorts,
): Promise<LineResult | KeyProblem> {
  const { requests, newId, lastAttemptAt, now, random, sleep } = ports;
  for (let waits = 0; ; waits++) {
    const startedAt = now();
    const mine = { id: newId(), fingerprint, startedAt };
    // After a wait there is a request, unless its day has just ended.
    const found = waits === 0 ? undefined : await requests.requestOf(name, startedAt);
    if (found === undefined && (await requests.begin(name, mine))) return doPush(name, mine, ports);

    const request = found ?? (await requests.requestOf(name, startedAt));
    if (request !== undefined) {
      if (request.fingerprint !== fingerprint) return keyReused;
      if (request.answer) return request.answer;
      // The write's answer was lost, and it was tried again.
      if (request.id === mine.id) return doPush(name, mine, ports);
      const isDead = request.startedAt + DEAD_AFTER_MS < startedAt;
      if (isDead && (await requests.takeOver(name, request.startedAt, startedAt))) {
        return doPush(name, { ...request, startedAt }, ports);
      }
    }
    if (now() >= lastAttemptAt) return keyInUse;
    await sleep((0.5 + random() / 2) * Math.min(largestWaitMs, firstWaitMs * 2 ** waits));
  }
}

async function doPush(name: string, request: PushRequest, ports: PushOncePorts): Promise<LineResult> {
  const { requests, push } = ports;
  const { id, startedAt, triedSeq } = request;
  const result = await push({
    id,
    ...(triedSeq !== undefined && { triedSeq }),
    beforeAttempt: (seq) => requests.noteAttempt(name, startedAt, seq),
  });
  await noteEnd(requests, name, startedAt, result);
  return result;
}

/** Never throws: the push is done, and its answer is true. A repetition waits, then pushes once more with the same id. */
async function noteEnd(
  requests: RequestTable,
  name: string,
  startedAt: number,
  result: LineResult,
): Promise<void> {
  try {
    if (isRefusal(result)) await requests.release(name, startedAt);
    else await requests.finish(name, startedAt, result satisfies PushResult);
  } catch (error) {
    logError('request-not-noted', { error: errorName(error) });
  }
}

const keyReused: KeyProblem = {
  code: ProblemCode.idempotencyKeyReused,
  detail: 'this idempotency key came with another message or TTL for this uid before',
};
const keyInUse: KeyProblem = {
  code: ProblemCode.idempotencyKeyInUse,
  detail: 'the request that came with this idempotency key before is still being done',
};
