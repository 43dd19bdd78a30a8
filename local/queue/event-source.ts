import * as v from 'valibot';
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
  /** Whether the function says which of an event's messages failed. */
  reportsFailures: boolean;
};

/**
 * Lambda's event source mapping: invokes the function with each message as soon as it is in the queue, and deletes what
 * was handled. When the function fails or takes too long, nothing is done: the messages come back by themselves after
 * their visibility timeout.
 * Sources: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html,
 * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html
 */
export function startEventSource(options: EventSourceOptions): Service {
  const { queue, queueArn, invoke, batchSize, maxConcurrency, reportsFailures } = options;
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
    const failed = reportsFailures ? failedOf(outcome.payload, messages) : new Set<string>();
    for (const { messageId, receiptHandle } of messages) {
      if (!failed.has(messageId)) queue.delete(receiptHandle);
    }
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

/**
 * The ids of the messages that failed: those that the answer names, or all if it names one that was not in the event or
 * is no such answer.
 * Source:
 * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html#services-sqs-batchfailurereporting
 */
function failedOf(payload: unknown, messages: readonly ReceivedMessage[]): ReadonlySet<string> {
  const ids = new Set(messages.map(({ messageId }) => messageId));
  if (payload === null || payload === undefined) return new Set();
  const read = v.safeParse(batchAnswer, payload);
  const named = read.success
    ? (read.output.batchItemFailures ?? []).map((one) => one.itemIdentifier)
    : [...ids];
  return named.every((id) => ids.has(id)) ? new Set(named) : ids;
}

const batchAnswer = v.object({
  batchItemFailures: v.nullish(v.array(v.object({ itemIdentifier: v.string() }))),
});
