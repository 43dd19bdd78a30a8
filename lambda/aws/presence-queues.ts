import { createHash, randomUUID } from 'node:crypto';
import type { PresenceMessage } from '../presence/presence-message.ts';
import type { SendLook, SendSettle } from '../presence/presence-table.ts';
import type { SendDue } from '../presence/sweep.ts';
import type { QueueMessage } from './sqs-queue.ts';

/**
 * Both queues are FIFO, and messages of one uid are handed out one after the other. A look that was asked for earlier
 * does not replace a later one, so none is taken for a repetition.
 */
export function lookSender(queueUrl: string): SendLook {
  return (look) => send(queueUrl, messageOf(look.uid, { look }, randomUUID()));
}

export function settleSender(queueUrl: string): SendSettle {
  return (uid) => send(queueUrl, messageOf(uid, { settle: uid }, randomUUID()));
}

/**
 * Asks for the looks that are due in a span. Asked for again within five minutes, the queue takes a look once.
 */
export function dueSender(queueUrl: string): SendDue {
  return async (uids, span) => {
    const { sendMessages } = await import('./sqs-queue.ts');
    const messages = uids.map((uid) =>
      messageOf(uid, { look: { uid, isSettled: true, isDue: true } }, `${groupOf(uid)}.${span}`),
    );
    await sendMessages(queueUrl, messages);
  };
}

/** Most functions find that they have nothing to send. They don't wait until the client of SQS is loaded. */
async function send(queueUrl: string, message: QueueMessage): Promise<void> {
  const { sendMessage } = await import('./sqs-queue.ts');
  await sendMessage(queueUrl, message);
}

function messageOf(uid: string, message: PresenceMessage, deduplicationId: string): QueueMessage {
  return { body: JSON.stringify(message), groupId: groupOf(uid), deduplicationId };
}

/**
 * The group of what is about a uid: a uid itself may be longer, and have other characters, than a group.
 * Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
 */
export function groupOf(uid: string): string {
  return createHash('sha256').update(uid).digest('hex');
}
