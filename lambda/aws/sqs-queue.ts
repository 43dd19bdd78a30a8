import {
  ChangeMessageVisibilityCommand,
  SendMessageBatchCommand,
  type SendMessageBatchRequestEntry,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { batchesOf } from '../batches.ts';
import { clientSettings } from './client-settings.ts';

export type QueueMessage = { body: string; groupId: string; deduplicationId: string };

/** At the service's address, which the queue's URL need not have. */
const sqs = new SQSClient({ ...clientSettings(), useQueueUrlAsEndpoint: false });

export async function sendMessage(queueUrl: string, message: QueueMessage): Promise<void> {
  await sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, ...requestFor(message) }));
}

/**
 * The most messages of one batch.
 * Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html
 */
const largestBatch = 10;

/** Sends messages, in batches; throws unless the queue took them all. */
export async function sendMessages(queueUrl: string, messages: readonly QueueMessage[]): Promise<void> {
  for (const batch of batchesOf(messages, largestBatch)) {
    const Entries = batch.map(
      (message, index): SendMessageBatchRequestEntry => ({ Id: String(index), ...requestFor(message) }),
    );
    const { Failed = [] } = await sqs.send(new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries }));
    if (Failed.length > 0) throw new Error(`The queue refused ${Failed.length} of ${batch.length} messages.`);
  }
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
