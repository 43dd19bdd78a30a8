import { type BroadcastTask, groupOf, nameOf } from '../broadcast/broadcast-task.ts';
import type { QueueMessage } from './sqs-queue.ts';

/**
 * A FIFO queue: tasks of a group one after the other, and each task once, however often it is sent within five minutes.
 */
export class BroadcastQueue {
  readonly #queueUrl: string;

  constructor(queueUrl: string) {
    this.#queueUrl = queueUrl;
  }

  async send(task: BroadcastTask): Promise<void> {
    const { sendMessage } = await sqsQueue();
    await sendMessage(this.#queueUrl, messageOf(task));
  }

  /** Sends up to ten tasks, the most of one batch; throws unless the queue took them all. */
  async sendAll(tasks: readonly BroadcastTask[]): Promise<void> {
    const { sendMessages } = await sqsQueue();
    const refused = await sendMessages(this.#queueUrl, tasks.map(messageOf));
    if (refused > 0) throw new Error(`The queue refused ${refused} of ${tasks.length} tasks.`);
  }
}

/** Most requests are pushes. They don't wait until the client of SQS is loaded. */
function sqsQueue() {
  return import('./sqs-queue.ts');
}

function messageOf(task: BroadcastTask): QueueMessage {
  return { body: JSON.stringify(task), groupId: groupOf(task), deduplicationId: nameOf(task) };
}
