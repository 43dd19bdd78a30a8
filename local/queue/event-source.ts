import type { Invoke } from '../functions/function-outcome.ts';
import type { Service } from '../services.ts';
import type { FifoQueue } from './fifo-queue.ts';
import type { ReceivedMessage } from './queue-message.ts';
import { sqsEvent } from './sqs-event.ts';

export type EventSourceOptions = {
  queue: FifoQueue;
  queueArn: string;
  invoke: Invoke;
  /** Most messages of one event. */
  batchSize: number;
  /** Most events handled at the same time. */
  maxConcurrency: number;
};

/**
 * Lambda's event source mapping: invokes the function with each message as soon as it is in the queue, and deletes what
 * was handled. When the function fails or takes too long, nothing is done: the messages come back by themselves after
 * their visibility timeout.
 * Sources: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html,
 * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html
 */
export function startEventSource(options: EventSourceOptions): Service {
  const { queue, queueArn, invoke, batchSize, maxConcurrency } = options;
  let underWay = 0;
  let stopped = false;

  const handOverAll = () => {
    while (!stopped && underWay < maxConcurrency) {
      const messages = queue.receive(batchSize);
      if (messages.length === 0) return;
      underWay++;
      void handOver(messages).then(() => {
        underWay--;
        handOverAll();
      });
    }
  };
  const handOver = async (messages: readonly ReceivedMessage[]) => {
    const outcome = await invoke(sqsEvent(messages, queueArn));
    if ('errorType' in outcome) return;
    for (const { receiptHandle } of messages) queue.delete(receiptHandle);
  };
  const unsubscribe = queue.onAvailable(handOverAll);
  handOverAll();
  return {
    stop: async () => {
      stopped = true;
      unsubscribe();
    },
  };
}
