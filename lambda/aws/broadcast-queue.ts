import type { BroadcastTask } from '../broadcast/broadcast-task.ts';
import { groupOf, nameOf, type QueueTask } from '../queue-task.ts';
import type { QueueMessage } from './sqs-queue.ts';

/**
 * A FIFO queue: tasks of a group one after the other, and each task once, however often it is sent within five minutes.
 */
export class BroadcastQueue<Task extends QueueTask = BroadcastTask> {
  readonly #queueUrl: string;

  constructor(queueUrl: string) {
    this.#queueUrl = queueUrl;
  }

  async send(task: Task): Promise<void> {
    const { sendMessage } = await sqsQueue();
    await sendMessage(this.#queueUrl, messageOf(task));
  }

  /** Sends tasks, in batches; throws unless the queue took them all. */
  async sendAll(tasks: readonly Task[]): Promise<void> {
    const { sendMessages } = await sqsQueue();
    await sendMessages(this.#queueUrl, tasks.map(messageOf));
  }
}

/** Most requests are pushes. They don't wait until the client of SQS is loaded. */
function sqsQueue() {
  return import('./sqs-queue.ts');
}

function messageOf(task: QueueTask): QueueMessage {
  return { body: JSON.stringify(task), groupId: groupOf(task), deduplicationId: nameOf(task) };
}
