import {
  SendMessageBatchCommand,
  type SendMessageBatchRequestEntry,
  SendMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { type BroadcastTask, groupOf, nameOf } from '../../../lambda/broadcast/broadcast-task.ts';

/** `lambda/broadcast/broadcast-queue.ts` on the AWS SDK. */
export class SdkBroadcastQueue {
  readonly #client: SQSClient;
  readonly #queueUrl: string;

  constructor(client: SQSClient, queueUrl: string) {
    this.#client = client;
    this.#queueUrl = queueUrl;
  }

  async send(task: BroadcastTask): Promise<void> {
    await this.#client.send(new SendMessageCommand({ QueueUrl: this.#queueUrl, ...messageOf(task) }));
  }

  /** Sends up to ten tasks, the most of one batch; throws unless the queue took them all. */
  async sendAll(tasks: readonly BroadcastTask[]): Promise<void> {
    const Entries = tasks.map(
      (task, index): SendMessageBatchRequestEntry => ({ Id: String(index), ...messageOf(task) }),
    );
    const command = new SendMessageBatchCommand({ QueueUrl: this.#queueUrl, Entries });
    const { Failed = [] } = await this.#client.send(command);
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
