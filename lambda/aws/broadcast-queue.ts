import type { SendMessageBatchRequestEntry } from '@aws-sdk/client-sqs';
import { type BroadcastTask, groupOf, nameOf } from '../broadcast/broadcast-task.ts';
import type { Sqs } from './sqs.ts';

/** A FIFO queue: tasks of a group one after the other, and each task once, however often it is sent within five minutes. */
export class BroadcastQueue {
  readonly #sqs: Sqs;
  readonly #queueUrl: string;

  constructor(sqs: Sqs, queueUrl: string) {
    this.#sqs = sqs;
    this.#queueUrl = queueUrl;
  }

  async send(task: BroadcastTask): Promise<void> {
    await this.#sqs.call('SendMessage', { QueueUrl: this.#queueUrl, ...messageOf(task) });
  }

  /** Sends up to ten tasks, the most of one batch; throws unless the queue took them all. */
  async sendAll(tasks: readonly BroadcastTask[]): Promise<void> {
    const Entries = tasks.map(
      (task, index): SendMessageBatchRequestEntry => ({ Id: String(index), ...messageOf(task) }),
    );
    const { Failed = [] } = await this.#sqs.call('SendMessageBatch', { QueueUrl: this.#queueUrl, Entries });
    if (Failed.length > 0) throw new Error(`The queue refused ${Failed.length} of ${tasks.length} tasks.`);
  }
}

function messageOf(task: BroadcastTask) {
  return {
    MessageBody: JSON.stringify(task),
    MessageGroupId: groupOf(task),
    MessageDeduplicationId: nameOf(task),
  };
}
