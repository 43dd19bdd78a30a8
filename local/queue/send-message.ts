import { createHash } from 'node:crypto';
import * as v from 'valibot';
import { AwsJsonError } from '../aws-json/aws-json-error.ts';
import { parseInput } from '../aws-json/parse-input.ts';
import type { FifoQueue } from './fifo-queue.ts';

/** Finds the queue that a `QueueUrl` names. */
export type FindQueue = (queueUrl: string) => FifoQueue | undefined;

/** Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html */
const maxMessageBytes = 1_024 * 1_024;
const maxBatchEntries = 10;

const invalid = 'InvalidParameterValue';

// Message attributes and delays are refused: nothing here imitates them, and FIFO queues have no delays per message.
const messageSchema = {
  MessageBody: v.string(),
  MessageGroupId: v.string(),
  MessageDeduplicationId: v.string(),
};
const sendSchema = v.strictObject({ QueueUrl: v.string(), ...messageSchema });
const batchSchema = v.strictObject({
  QueueUrl: v.string(),
  Entries: v.array(v.strictObject({ Id: v.string(), ...messageSchema })),
});
type Message = { MessageBody: string; MessageGroupId: string; MessageDeduplicationId: string };

/** Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html */
export function sendMessage(input: unknown, findQueue: FindQueue): object {
  const { QueueUrl, ...message } = parseInput(sendSchema, input, invalid);
  const queue = existing(findQueue(QueueUrl));
  if (bytesOf(message) > maxMessageBytes) {
    throw new AwsJsonError(invalid, `A message must be ${maxMessageBytes} bytes or less.`);
  }
  const result = send(queue, message);
  if (result === 'full') throw new AwsJsonError('RequestThrottled', 'The queue is full.');
  return result;
}

/** Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html */
export function sendMessageBatch(input: unknown, findQueue: FindQueue): object {
  const { QueueUrl, Entries } = parseInput(batchSchema, input, invalid);
  const queue = existing(findQueue(QueueUrl));
  checkBatch(Entries);
  const Successful: object[] = [];
  const Failed: object[] = [];
  for (const { Id, ...message } of Entries) {
    const result = send(queue, message);
    if (result === 'full') Failed.push({ Id, SenderFault: false, Code: 'RequestThrottled' });
    else Successful.push({ Id, ...result });
  }
  return { Successful, Failed };
}

function checkBatch(entries: readonly (Message & { Id: string })[]): void {
  if (entries.length === 0) throw new AwsJsonError('EmptyBatchRequest', 'There is no entry.');
  if (entries.length > maxBatchEntries) {
    const message = `There may be ${maxBatchEntries} entries, not ${entries.length}.`;
    throw new AwsJsonError('TooManyEntriesInBatchRequest', message);
  }
  if (new Set(entries.map(({ Id }) => Id)).size < entries.length) {
    throw new AwsJsonError('BatchEntryIdsNotDistinct', 'Two entries have the same Id.');
  }
  // The sum of all is what counts, as it does for one message.
  const bytes = entries.reduce((sum, entry) => sum + bytesOf(entry), 0);
  if (bytes > maxMessageBytes) {
    const message = `A batch must be ${maxMessageBytes} bytes or less, not ${bytes}.`;
    throw new AwsJsonError('BatchRequestTooLong', message);
  }
}

function send(queue: FifoQueue, message: Message): object | 'full' {
  const receipt = queue.send({
    body: message.MessageBody,
    groupId: message.MessageGroupId,
    deduplicationId: message.MessageDeduplicationId,
  });
  if (receipt === 'full') return 'full';
  return {
    MessageId: receipt.messageId,
    SequenceNumber: receipt.sequenceNumber,
    // By it the SDK checks that the message arrived as it was sent.
    MD5OfMessageBody: md5(message.MessageBody),
  };
}

export function md5(text: string): string {
  return createHash('md5').update(text).digest('hex');
}

function bytesOf({ MessageBody }: Message): number {
  return Buffer.byteLength(MessageBody);
}

export function existing(queue: FifoQueue | undefined): FifoQueue {
  if (!queue) throw new AwsJsonError('QueueDoesNotExist', 'The specified queue does not exist.');
  return queue;
}
