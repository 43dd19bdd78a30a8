import { region } from '../template/references.ts';
import type { ReceivedMessage } from './queue-message.ts';
import { md5 } from './send-message.ts';

/**
 * Event of a FIFO queue for a function. Source: https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html (the FIFO
 * example)
 */
export function sqsEvent(messages: readonly ReceivedMessage[], eventSourceARN: string): object {
  return {
    Records: messages.map((message) => ({
      messageId: message.messageId,
      receiptHandle: message.receiptHandle,
      body: message.body,
      attributes: {
        ApproximateReceiveCount: String(message.receiveCount),
        SentTimestamp: String(message.sentAt),
        SequenceNumber: message.sequenceNumber,
        MessageGroupId: message.groupId,
        SenderId: senderId,
        MessageDeduplicationId: message.deduplicationId,
        ApproximateFirstReceiveTimestamp: String(message.firstReceivedAt),
      },
      messageAttributes: {},
      md5OfBody: md5(message.body),
      eventSource: 'aws:sqs',
      eventSourceARN,
      awsRegion: region,
    })),
  };
}

/** The sender isn't known here: signatures are not checked. */
const senderId = 'local';
