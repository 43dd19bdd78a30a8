import { Duration } from 'aws-cdk-lib';
import { DeduplicationScope, FifoThroughputLimit, Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { acknowledgeOf } from './acknowledge.ts';

/**
 * Props of every queue: what is in one group comes one after the other, and each once. Encrypted by SQS's own key,
 * which costs nothing.
 */
export const fifo = { fifo: true, encryption: QueueEncryption.SQS_MANAGED, enforceSSL: true };

/**
 * Props of a queue with many groups, whose messages repeat none but of their own group: such a queue is not limited to
 * 300 requests per second, and costs no more.
 * Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/high-throughput-fifo.html
 */
export const fifoByGroup = {
  ...fifo,
  deduplicationScope: DeduplicationScope.MESSAGE_GROUP,
  fifoThroughputLimit: FifoThroughputLimit.PER_MESSAGE_GROUP_ID,
};

/** Declares the queue that keeps what failed too often for two weeks. `what`: `tasks that failed`, for reviewers. */
export function deadLetterQueue(scope: Construct, what: string): Queue {
  const queue = new Queue(scope, 'DeadLetters', { ...fifo, retentionPeriod: Duration.days(14) });
  acknowledgeOf('Serverless', queue, {
    SQSRedrivePolicy: `It is where ${what} end; what fails here waits for a person.`,
  });
  return queue;
}
