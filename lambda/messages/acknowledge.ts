import { parseAckFrame } from '../../protocol/stored-frames.ts';
import type { ConnectionTable } from '../table/connection-table.ts';
import type { MessageLog } from './message-log.ts';

/**
 * `{"action":"ack","seq":n}`: notes that a page of the connection's uid has handled a stored message. Nothing is answered; what names no
 * message of its uid, or none that is there still, is ignored.
 */
export async function acknowledge(
  text: string,
  connectionId: string,
  table: Pick<ConnectionTable, 'registrationOf'>,
  log: Pick<MessageLog, 'entryOf' | 'noteAcknowledged'>,
  now: number,
): Promise<void> {
  const frame = parseAckFrame(text);
  if (frame === undefined) return;
  const registration = await table.registrationOf(connectionId);
  if (registration === undefined || !('uid' in registration)) return;
  const { uid } = registration;
  const entry = await log.entryOf(uid, frame.seq, now);
  if (entry) await log.noteAcknowledged(uid, entry, now);
}
