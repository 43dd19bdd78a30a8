import type { Clock } from '../../protocol/clock.ts';
import type { Selection } from '../../protocol/selection.ts';
import type { Claim } from '../idempotency/claim-key.ts';
import { isTakenBack, type MessageLog, type StoredSeq } from './message-log.ts';

export type StoreDependencies = {
  messageLog: Pick<MessageLog, 'latestOf' | 'raiseLatest' | 'addMessage' | 'entryOf'>;
  clock: Pick<Clock, 'now' | 'sleep'>;
  /** From 0 up to, not including, 1. */
  random(): number;
};

/** `selection`: to whom a replay sends it; absent: to every connection. */
export type Draft = { id: string; text: string; selection?: Selection };

/** The claim of a single draft, of its idempotency key. */
export type DraftClaim = Pick<Claim<object>, 'triedSeq' | 'recordAttempt'>;

/**
 * Messages of one uid are stored until the first that can't be. `error`: what the log threw then. `unconfirmed`: how
 * many messages after those that are stored may be in the log, where a later push or a replay finds them; the rest is
 * not.
 */
export type StoreOutcome = { stored: StoredSeq[]; unconfirmed: number; error?: unknown };

/** Maximum attempts to take a sequence number under contention: two hundred pushes to one uid at the same moment. */
const maxAttempts = 200;
/** After as many numbers lost in a row others are faster: wait, and read how far they are. */
const attemptsInARow = 4;
const largestWaitMs = 100;

/**
 * Stores messages of one uid, in order. Never throws. A message takes its number by the very write that stores it:
 *
 *     push                         a crash after this line leaves
 *     ── read counter ──────▶ n    nothing
 *     ── put n+1 if none ───▶      an unpublished message, until the next push or reader raises the counter over it
 *     ── raise counter to n+1 ▶    a stored message: every registration finds it, and open pages by their heartbeat
 *     (look connections up, post: `push/deliver.ts`)
 *
 * So the log has no holes: n+1 is put only where n was put before, or the counter says that n was given. What is
 * missing up to the counter has expired, which is how a reader recognises a gap. (Taking the number from the counter
 * first would leave a hole that looks the same whenever a push fails between the two.) Two pushes at once:
 *
 *     push A                  push B
 *     counter: 6              counter: 6
 *     put 7: done             put 7: there is one
 *                             put 8: done
 *                             raise to 8
 *     raise to 7: no, is 8
 *
 * A client that has 8 and misses 7 finds it by a replay: it was put before 8.
 *
 * With a `claim` an earlier invocation, which died or failed, may have stored the message with the same id. If it is
 * there at the last number that was tried, it keeps that number.
 */
export async function storeMessages(
  uid: string,
  drafts: readonly Draft[],
  storedForMs: number,
  dependencies: StoreDependencies,
  claim?: DraftClaim,
): Promise<StoreOutcome> {
  const { messageLog, clock } = dependencies;
  const outcome: StoreOutcome = { stored: [], unconfirmed: 0 };
  try {
    if (claim?.triedSeq !== undefined) {
      // Until it is read, the message may be there.
      outcome.unconfirmed = 1;
      const entry = await messageLog.entryOf(uid, claim.triedSeq, clock.now());
      outcome.unconfirmed = 0;
      const isThere = entry !== undefined && !isTakenBack(entry) && entry.id === drafts[0]?.id;
      if (isThere) return await publish(uid, { stored: [entry], unconfirmed: 0 }, dependencies);
    }
    let last = await messageLog.latestOf(uid);
    for (const draft of drafts) {
      const stored = await storeAfter(last, uid, draft, storedForMs, outcome, dependencies, claim);
      outcome.stored.push(stored);
      last = stored.seq;
    }
  } catch (error) {
    outcome.error = error;
  }
  return publish(uid, outcome, dependencies);
}

/** Stores the message at the first number that is free after `last`. */
async function storeAfter(
  last: number,
  uid: string,
  draft: Draft,
  storedForMs: number,
  outcome: StoreOutcome,
  { messageLog, clock, random }: StoreDependencies,
  claim?: DraftClaim,
): Promise<StoredSeq> {
  let seq = last + 1;
  for (let attempt = 1; attempt <= maxAttempts; attempt++, seq++) {
    await claim?.recordAttempt(seq);
    const storedAt = clock.now();
    const message = { ...draft, seq, storedAt, storedUntil: storedAt + storedForMs };
    // A write whose answer is lost may have been done.
    outcome.unconfirmed = 1;
    const isMine = await messageLog.addMessage(uid, message);
    outcome.unconfirmed = 0;
    if (isMine) return message;
    if (attempt % attemptsInARow === 0) {
      await clock.sleep(random() * largestWaitMs);
      seq = Math.max(seq, await messageLog.latestOf(uid));
    }
  }
  throw new Error(`No number was free in ${maxAttempts} attempts.`);
}

/** Raises the counter: from here on others may learn of the messages. */
async function publish(
  uid: string,
  outcome: StoreOutcome,
  { messageLog, clock }: Pick<StoreDependencies, 'messageLog' | 'clock'>,
): Promise<StoreOutcome> {
  const last = outcome.stored.at(-1);
  if (last === undefined) return outcome;
  try {
    await messageLog.raiseLatest(uid, last.seq, clock.now());
    return outcome;
  } catch (error) {
    return { stored: [], unconfirmed: outcome.stored.length + outcome.unconfirmed, error };
  }
}
