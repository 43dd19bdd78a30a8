import type { Clock } from '../../protocol/clock.ts';
import { type FrameError, FrameErrorCode } from '../../protocol/frame-error.ts';
import {
  errorFrame,
  messageFrames,
  parseReplayFrame,
  type ReplayedFrame,
  replayedFrame,
} from '../../protocol/frames.ts';
import { MAX_REPLAY_BYTES, MAX_REPLAY_MESSAGES } from '../../protocol/limits.ts';
import { isSelected, type Selectable } from '../../protocol/selection.ts';
import { encodeUtf8 } from '../../protocol/utf8.ts';
import { postInOrder, type RetryingConnections } from '../connection/retrying-connections.ts';
import type { Incoming } from '../incoming.ts';
import { isTakenBack, type MessageLog, recordDelivered, type StoredMessage } from './message-log.ts';
import { type LookUpDependencies, registeredConnection } from './registered-connection.ts';

export type PageDependencies = {
  messageLog: Pick<MessageLog, 'entriesAfter' | 'raiseLatest' | 'recordDelivered'>;
  connections: RetryingConnections;
  clock: Pick<Clock, 'now'>;
};

/**
 * `{"action":"replay","since":n}`: sends the messages of the connection's uid that were stored after n. It reads the
 * connection's row besides its registration: a replay needs a row that pushes find, and one that is framed.
 *
 * @throws when a table can't be read. API Gateway then answers `Internal server error`, and the socket stays open.
 */
export async function replay(
  { connectionId, text }: Incoming,
  dependencies: PageDependencies & LookUpDependencies,
): Promise<void> {
  const { connections } = dependencies;
  const frame = parseReplayFrame(text);
  if (frame === undefined) {
    await connections.post(connectionId, errorFrame(badFrame));
    await connections.close(connectionId);
    return;
  }
  const found = await registeredConnection(connectionId, dependencies);
  if (!found?.connection.isFramed) {
    await connections.post(connectionId, errorFrame(notRegistered));
    return;
  }
  // The row is there before the counter and the log are read, as when registering.
  const page = await readPage(found.uid, found.connection, frame.since, found.latest, dependencies);
  await sendPage(page, found.uid, connectionId, dependencies);
}

const badFrame: FrameError = {
  code: FrameErrorCode.badFrame,
  message: 'a replay frame has a whole number "since"',
};
const notRegistered: FrameError = {
  code: FrameErrorCode.notRegistered,
  message: 'this connection is not registered; register it first',
};

/** A part of the log in order, and the frame that follows it. */
export type ReplayPage = { messages: StoredMessage[]; replayed: ReplayedFrame };

/**
 * Returns the messages after `since` that are meant for `recipient`: as many as a page takes, and at least one.
 * `latest` is the counter, read before.
 *
 * Up to `latest` all messages were put before the counter was read, so one that is not found has expired: a gap. Beyond
 * it pushes may be storing right now, and the read is not of one moment: 8 may be found without 7. There only what
 * follows without a hole is taken; the rest is posted by the pushes that store it, since they look the connections up
 * after this connection's row was written.
 *
 * Messages beyond the counter that are sent were put by a push that crashed, or that is about to raise it. The
 * counter is raised here first: a number that a client has received is never used again.
 */
export async function readPage(
  uid: string,
  recipient: Selectable,
  since: number,
  latest: number,
  { messageLog, clock }: Pick<PageDependencies, 'messageLog' | 'clock'>,
): Promise<ReplayPage> {
  // The numbers have begun anew: the table was lost.
  const isAnew = since > latest;
  const after = isAnew ? 0 : since;
  if (after === latest) return { messages: [], replayed: replayed(latest, latest, isAnew) };

  const page = await takePage(messageLog.entriesAfter(uid, after, clock.now()), recipient, after, latest);
  if (page.through > latest) await messageLog.raiseLatest(uid, page.through, clock.now());
  const hasGap = isAnew || page.found < page.through - after;
  return {
    messages: page.messages,
    replayed: replayed(page.through, Math.max(latest, page.through), hasGap),
  };
}

function replayed(through: number, latest: number, hasGap: boolean): ReplayedFrame {
  return { through, latest, ...(hasGap && { gap: true }) };
}

/**
 * `found`: the number of entries, including those that were taken back; `read`: that of the messages among them,
 * including those that are not meant for the recipient, which cost as much to read.
 */
type Taken = { messages: StoredMessage[]; found: number; read: number; through: number };

async function takePage(
  entries: ReturnType<MessageLog['entriesAfter']>,
  recipient: Selectable,
  after: number,
  latest: number,
): Promise<Taken> {
  const taken: Taken = { messages: [], found: 0, read: 0, through: after };
  let bytes = 0;
  for await (const entry of entries) {
    const followsWithoutHole = entry.seq <= Math.max(taken.through, latest) + 1;
    if (!followsWithoutHole) break;
    if (!isTakenBack(entry)) {
      bytes += encodeUtf8(entry.text).length;
      const isFull = taken.read === MAX_REPLAY_MESSAGES || bytes > MAX_REPLAY_BYTES;
      if (isFull && taken.read > 0) return taken;
      taken.read++;
      if (isSelected(recipient, entry.selection)) taken.messages.push(entry);
    }
    taken.found++;
    taken.through = entry.seq;
  }
  return { ...taken, through: Math.max(taken.through, latest) };
}

/**
 * Posts a page, message by message, and `replayed` after it. When a post fails, neither the rest nor `replayed` is
 * sent: it would say that the client has everything. The client asks again.
 */
export async function sendPage(
  page: ReplayPage,
  uid: string,
  connectionId: string,
  { messageLog, connections, clock }: PageDependencies,
): Promise<void> {
  const sent: StoredMessage[] = [];
  for (const message of page.messages) {
    const { id, text, seq } = message;
    const frames = messageFrames(id, text, true, seq);
    const outcome = await postInOrder(frames, connectionId, connections);
    if (outcome !== 'delivered') break;
    sent.push(message);
  }
  if (sent.length === page.messages.length)
    await connections.post(connectionId, replayedFrame(page.replayed));
  await Promise.all(sent.map((message) => recordDelivered(messageLog, uid, message, clock.now())));
}
