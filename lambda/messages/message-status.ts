import type { MessageStatus } from '../../protocol/push-api.ts';
import { isTakenBack, type MessageLog, type MessageState } from './message-log.ts';

export async function messageStatus(
  uid: string,
  seq: number,
  log: Pick<MessageLog, 'stateOf'>,
  now: number,
): Promise<MessageStatus | undefined> {
  return statusOf(uid, seq, await log.stateOf(uid, seq, now));
}

/** Takes a message back if it is there; tells what is so then. */
export async function takeBackMessage(
  uid: string,
  seq: number,
  log: Pick<MessageLog, 'stateOf' | 'takeBack'>,
  now: number,
): Promise<MessageStatus | undefined> {
  const status = await messageStatus(uid, seq, log, now);
  const isThere = status !== undefined && status.state !== 'expired' && status.state !== 'deleted';
  if (!isThere) return status;
  if (await log.takeBack(uid, seq, now)) return { ...status, state: 'deleted' };
  // It has expired, or somebody else took it back, since it was read.
  return messageStatus(uid, seq, log, now);
}

function statusOf(
  uid: string,
  seq: number,
  { latest, entry, receipt }: MessageState,
): MessageStatus | undefined {
  // What is beyond the counter nobody was told of.
  if (seq > latest) return undefined;
  if (entry === undefined) return { uid, seq, state: 'expired' };
  const { deliveredAt, acknowledgedAt } = receipt;
  return {
    uid,
    seq,
    state: isTakenBack(entry) ? 'deleted' : receivedState(receipt),
    storedAt: isoTime(entry.storedAt),
    expiresAt: isoTime(entry.keptUntil),
    ...(deliveredAt !== undefined && { deliveredAt: isoTime(deliveredAt) }),
    ...(acknowledgedAt !== undefined && { acknowledgedAt: isoTime(acknowledgedAt) }),
  };
}

function receivedState({ deliveredAt, acknowledgedAt }: MessageState['receipt']) {
  if (acknowledgedAt !== undefined) return 'acknowledged';
  return deliveredAt === undefined ? 'stored' : 'delivered';
}

function isoTime(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}
