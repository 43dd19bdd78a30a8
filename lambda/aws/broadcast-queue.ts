import type { BroadcastTask } from '../broadcast/broadcast-task.ts';
import { groupOf, nameOf, type QueueTask } from '../queue-task.ts';
import type { QueueMessage } from './sqs-queue.ts';

/**
 * The most messages of one batch.
 * Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html
 */
const largestBatch = 10;

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
    for (let first = 0; first < tasks.length; first += largestBatch) {
      const batch = tasks.slice(first, first + largestBatch);
      const refused = await sendMessages(this.#queueUrl, batch.map(messageOf));
      if (refused > 0) throw new Error(`The queue refused ${refused} of ${batch.length} tasks.`);
    }
  }
}

/** Most requests are pushes. They don't wait until the client of SQS is loaded. */
function sqsQueue() {
  return import('./sqs-queue.ts');
}

function messageOf(task: QueueTask): QueueMessage {
  return { body: JSON.stringify(task), groupId: groupOf(task), deduplicationId: nameOf(task) };
}
