import * as v from 'valibot';
import type { Clock } from '../../protocol/clock.ts';
import { parseInput } from '../aws-json/parse-input.ts';
import type { ReceivedMessage } from './queue-message.ts';
import { existing, type FindQueue, md5 } from './send-message.ts';

const invalid = 'InvalidParameterValue';

// Whatever attributes are asked for, all that a FIFO queue has are in the answer.
const receiveSchema = v.strictObject({
  QueueUrl: v.string(),
  MaxNumberOfMessages: v.optional(v.pipe(v.number(), v.minValue(1), v.maxValue(10)), 1),
  WaitTimeSeconds: v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(20)), 0),
  AttributeNames: v.optional(v.array(v.string())),
  MessageSystemAttributeNames: v.optional(v.array(v.string())),
  MessageAttributeNames: v.optional(v.array(v.string())),
});
const visibilitySchema = v.strictObject({
  QueueUrl: v.string(),
  ReceiptHandle: v.string(),
  VisibilityTimeout: v.pipe(v.number(), v.minValue(0), v.maxValue(43_200)),
});
const deleteSchema = v.strictObject({ QueueUrl: v.string(), ReceiptHandle: v.string() });

/**
 * Waits until there is a message, or the time is over.
 * Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ReceiveMessage.html
 */
export async function receiveMessage(input: unknown, findQueue: FindQueue, clock: Clock): Promise<object> {
  const { QueueUrl, MaxNumberOfMessages, WaitTimeSeconds } = parseInput(receiveSchema, input, invalid);
  const queue = existing(findQueue(QueueUrl));
  const received = queue.receive(MaxNumberOfMessages);
  if (received.length > 0 || WaitTimeSeconds === 0) return answer(received);
  return new Promise((resolve) => {
    const end = (messages: readonly ReceivedMessage[]) => {
      cancel();
      unsubscribe();
      resolve(answer(messages));
    };
    const cancel = clock.after(WaitTimeSeconds * 1_000, () => end([]));
    const unsubscribe = queue.onAvailable(() => {
      const messages = queue.receive(MaxNumberOfMessages);
      if (messages.length > 0) end(messages);
    });
  });
}

/** Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_DeleteMessage.html */
export function deleteMessage(input: unknown, findQueue: FindQueue): object {
  const { QueueUrl, ReceiptHandle } = parseInput(deleteSchema, input, invalid);
  existing(findQueue(QueueUrl)).delete(ReceiptHandle);
  return {};
}

/** Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ChangeMessageVisibility.html */
export function changeMessageVisibility(input: unknown, findQueue: FindQueue): object {
  const { QueueUrl, ReceiptHandle, VisibilityTimeout } = parseInput(visibilitySchema, input, invalid);
  existing(findQueue(QueueUrl)).changeVisibility(ReceiptHandle, VisibilityTimeout * 1_000);
  return {};
}

function answer(messages: readonly ReceivedMessage[]): object {
  return {
    Messages: messages.map((message) => ({
      MessageId: message.messageId,
      ReceiptHandle: message.receiptHandle,
      Body: message.body,
      MD5OfBody: md5(message.body),
      Attributes: {
        ApproximateReceiveCount: String(message.receiveCount),
        ApproximateFirstReceiveTimestamp: String(message.firstReceivedAt),
        MessageDeduplicationId: message.deduplicationId,
        MessageGroupId: message.groupId,
        SentTimestamp: String(message.sentAt),
        SequenceNumber: message.sequenceNumber,
      },
    })),
  };
}
