import {
  ChangeMessageVisibilityCommand,
  SendMessageBatchCommand,
  type SendMessageBatchRequestEntry,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { clientSettings } from './client-settings.ts';

export type QueueMessage = { body: string; groupId: string; deduplicationId: string };

/** At the service's address, which the queue's URL need not have. */
const sqs = new SQSClient({ ...clientSettings(), useQueueUrlAsEndpoint: false });

export async function sendMessage(queueUrl: string, message: QueueMessage): Promise<void> {
  await sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, ...requestFor(message) }));
}

/** Sends up to ten messages, the most of one batch. Returns how many the queue refused. */
export async function sendMessages(queueUrl: string, messages: readonly QueueMessage[]): Promise<number> {
  const Entries = messages.map(
    (message, index): SendMessageBatchRequestEntry => ({ Id: String(index), ...requestFor(message) }),
  );
  const { Failed = [] } = await sqs.send(new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries }));
  return Failed.length;
}

/** Has a message that was received come again after `seconds`, if it is not deleted before. */
export async function hideMessage(queueUrl: string, receiptHandle: string, seconds: number): Promise<void> {
  await sqs.send(
    new ChangeMessageVisibilityCommand({
      QueueUrl: queueUrl,
      ReceiptHandle: receiptHandle,
      VisibilityTimeout: seconds,
    }),
  );
}

function requestFor({ body, groupId, deduplicationId }: QueueMessage) {
  return { MessageBody: body, MessageGroupId: groupId, MessageDeduplicationId: deduplicationId };
}
