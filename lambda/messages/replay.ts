import { MAX_REPLAY_BYTES, MAX_REPLAY_MESSAGES } from '../../protocol/limits.ts';
import type { ReplayedFrame } from '../../protocol/stored-frames.ts';
import { encodeUtf8 } from '../../protocol/utf8.ts';
import { isTakenBack, type MessageLog, type StoredMessage } from './message-log.ts';

/** A part of the log in order, and what is told after it. */
export type ReplayPage = { messages: StoredMessage[]; replayed: ReplayedFrame };

/**
 * The messages after `since`, as many as a page takes and at least one. `latest` is the counter, read before.
 *
 * Up to `latest` all messages were put before the counter was read, so one that is not found has expired: a gap. Beyond it others may
 * be putting right now, and the read is not of one moment: 8 may be found without 7. There only what follows without a hole is
 * taken; the rest is posted by those who put it, since they look the connections up after this connection's row was written.
 *
 * What is told of beyond the counter was put by a push that crashed, or is about to raise it. It is raised here first: a number that
 * anybody was told of is never given again.
 */
export async function readPage(
  uid: string,
  since: number,
  latest: number,
  log: Pick<MessageLog, 'entriesAfter' | 'raiseLatest'>,
  now: number,
): Promise<ReplayPage> {
  // The numbers have begun anew: the table was lost.
  const isAnew = since > latest;
  const after = isAnew ? 0 : since;
  if (after === latest) return { messages: [], replayed: replayed(latest, latest, isAnew) };

  const page = await takePage(log.entriesAfter(uid, after, now), after, latest);
  if (page.through > latest) await log.raiseLatest(uid, page.through);
  const hasGap = isAnew || page.found < page.through - after;
  return {
    messages: page.messages,
    replayed: replayed(page.through, Math.max(latest, page.through), hasGap),
  };
}

function replayed(through: number, latest: number, hasGap: boolean): ReplayedFrame {
  return { through, latest, ...(hasGap && { gap: true }) };
}

/** `found`: entries, those too that were taken back. */
type Taken = { messages: StoredMessage[]; found: number; through: number };

async function takePage(
  entries: ReturnType<MessageLog['entriesAfter']>,
  after: number,
  latest: number,
): Promise<Taken> {
  const taken: Taken = { messages: [], found: 0, through: after };
  let bytes = 0;
  for await (const entry of entries) {
    const followsWithoutHole = entry.seq <= Math.max(taken.through, latest) + 1;
    if (!followsWithoutHole) break;
    if (!isTakenBack(entry)) {
      bytes += encodeUtf8(entry.text).length;
      const isFull = taken.messages.length === MAX_REPLAY_MESSAGES || bytes > MAX_REPLAY_BYTES;
      if (isFull && taken.messages.length > 0) return taken;
      taken.messages.push(entry);
    }
    taken.found++;
    taken.through = entry.seq;
  }
  return { ...taken, through: Math.max(taken.through, latest) };
}
