import { isTakenBack, type MessageLog, type Receivable } from './message-log.ts';

/** What storing needs of the world besides the log. */
export type StorePorts = {
  log: Pick<MessageLog, 'latestOf' | 'raiseLatest' | 'addMessage' | 'entryOf'>;
  /** Called before each attempt to take a number, which waits for it. Default: nothing. */
  beforeAttempt?: (seq: number) => Promise<void>;
  now(): number;
  /** From 0 to below 1. */
  random(): number;
  sleep(milliseconds: number): Promise<void>;
};

export type Draft = { id: string; text: string };

/**
 * Messages of one uid are stored until the first that can't be. `error`: what the log threw then. `unconfirmed`: how many messages after
 * those that are stored may be in the log, where a later push or a replay finds them; the rest is not.
 */
export type StoreOutcome = { stored: Receivable[]; unconfirmed: number; error?: unknown };

/** A number is lost to another push at most so often: two hundred pushes to one uid at the same moment. */
const maxAttempts = 200;
/** After so many numbers lost in a row others are faster: wait, and look how far they are. */
const attemptsInARow = 4;
const largestWaitMs = 100;

/**
 * Stores messages of one uid, in order. A message takes its number by the very write that stores it:
 *
 *     push                              a crash after this line leaves
 *     ── read counter ──────▶ n         nothing
 *     ── put n+1 if none ───▶           a message that nobody is told of, until the next push or reader raises the counter over it
 *     ── raise counter to n+1 ▶         a stored message: every registration finds it, and connected clients by their heartbeat
 *     (look connections up, post: `push-messages.ts`)
 *
 * So the log has no holes: n+1 is put only where n was put before, or the counter says that n was given. What is missing up to the
 * counter has expired, which is how a reader tells a gap. (Taking the number from the counter first would leave a hole that looks the
 * same whenever a push fails between the two.) Two pushes at once:
 *
 *     push A                  push B
 *     counter: 6              counter: 6
 *     put 7: done             put 7: there is one
 *                             put 8: done
 *                             raise to 8
 *     raise to 7: no, is 8
 *
 * Whoever is told of 8 and misses 7 finds it by a replay: it was put before 8.
 */
export async function storeMessages(
  uid: string,
  drafts: readonly Draft[],
  keptForMs: number,
  ports: StorePorts,
): Promise<StoreOutcome> {
  const outcome: StoreOutcome = { stored: [], unconfirmed: 0 };
  try {
    let last = await ports.log.latestOf(uid);
    for (const draft of drafts) {
      const stored = await storeAfter(last, uid, draft, keptForMs, outcome, ports);
      outcome.stored.push(stored);
      last = stored.seq;
    }
  } catch (error) {
    outcome.error = error;
  }
  return published(uid, outcome, ports);
}

/**
 * Stores a message again that somebody, who died, may have stored with the same id: `tried` is the last number that was tried. If the
 * message is there, it keeps its number.
 */
export async function storeAgain(
  uid: string,
  draft: Draft,
  tried: number,
  keptForMs: number,
  ports: StorePorts,
): Promise<StoreOutcome> {
  try {
    const entry = await ports.log.entryOf(uid, tried, ports.now());
    const isThere = entry !== undefined && !isTakenBack(entry) && entry.id === draft.id;
    if (isThere) return published(uid, { stored: [entry], unconfirmed: 0 }, ports);
  } catch (error) {
    return { stored: [], unconfirmed: 1, error };
  }
  return storeMessages(uid, [draft], keptForMs, ports);
}

/** From here on others may be told of the messages. */
async function published(uid: string, outcome: StoreOutcome, { log }: StorePorts): Promise<StoreOutcome> {
  const last = outcome.stored.at(-1);
  if (last === undefined) return outcome;
  try {
    await log.raiseLatest(uid, last.seq);
    return outcome;
  } catch (error) {
    return { stored: [], unconfirmed: outcome.stored.length + outcome.unconfirmed, error };
  }
}

/** Gives the message the first number that is free after `last`. */
async function storeAfter(
  last: number,
  uid: string,
  draft: Draft,
  keptForMs: number,
  outcome: StoreOutcome,
  { log, beforeAttempt = async () => {}, now, random, sleep }: StorePorts,
): Promise<Receivable> {
  let seq = last + 1;
  for (let attempt = 1; attempt <= maxAttempts; attempt++, seq++) {
    await beforeAttempt(seq);
    const storedAt = now();
    const message = { ...draft, seq, storedAt, keptUntil: storedAt + keptForMs };
    // A write whose answer is lost may have been done.
    outcome.unconfirmed = 1;
    const isMine = await log.addMessage(uid, message);
    outcome.unconfirmed = 0;
    if (isMine) return message;
    if (attempt % attemptsInARow === 0) {
      await sleep(random() * largestWaitMs);
      seq = Math.max(seq, await log.latestOf(uid));
    }
  }
  throw new Error(`No number was free in ${maxAttempts} attempts.`);
}
