import type { Clock } from '../../protocol/clock.ts';
import { parseAckFrame } from '../../protocol/frames.ts';
import type { Incoming } from '../incoming.ts';
import type { ConnectionTable } from '../table/connection-table.ts';
import type { MessageLog } from './message-log.ts';

export type AcknowledgeDependencies = {
  table: Pick<ConnectionTable, 'registrationOf'>;
  messageLog: Pick<MessageLog, 'entryOf' | 'recordAcknowledged'>;
  clock: Pick<Clock, 'now'>;
};

/**
 * `{"action":"ack","seq":n}`: notes that a page of the connection's uid has handled a stored message. Nothing is
 * answered. A frame that names no stored message of its uid is ignored.
 */
export async function acknowledge(
  { connectionId, text }: Incoming,
  { table, messageLog, clock }: AcknowledgeDependencies,
): Promise<void> {
  const frame = parseAckFrame(text);
  if (frame === undefined) return;
  const now = clock.now();
  const registration = await table.registrationOf(connectionId);
  if (registration === undefined || !('uid' in registration)) return;
  const { uid } = registration;
  const entry = await messageLog.entryOf(uid, frame.seq, now);
  if (entry) await messageLog.recordAcknowledged(uid, entry, now);
}
