import { errorName, logError } from '../log.ts';
import type { MessageLog, Receivable } from './message-log.ts';

/** Never throws: the message is delivered, whether that is noted or not. */
export async function noteDelivered(
  log: Pick<MessageLog, 'noteDelivered'>,
  uid: string,
  message: Receivable,
  now: number,
): Promise<void> {
  try {
    await log.noteDelivered(uid, message, now);
  } catch (error) {
    logError('receipt-not-noted', { error: errorName(error) });
  }
}
