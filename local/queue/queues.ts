import type { Clock } from '../../protocol/clock.ts';
import { startAwsJsonServer } from '../aws-json/aws-json-server.ts';
import { type Service, startServices } from '../services.ts';
import type { QueuePlan } from '../template/queue-plan.ts';
import { FifoQueue, type Redrive } from './fifo-queue.ts';
import { changeMessageVisibility, deleteMessage, receiveMessage } from './receive-message.ts';
import { type FindQueue, sendMessage, sendMessageBatch } from './send-message.ts';

/** The stack's SQS queues, in memory. */
export type Queues = Service & {
  /** SQS's address. */
  endpoint: string;
  /** The queue with this ARN; throws when there is none. */
  queueOf(arn: string): FifoQueue;
};

export function startQueues(plans: readonly QueuePlan[], clock: Clock): Promise<Queues> {
  return startServices(async (services) => {
    const queues = createQueues(plans, clock);
    services.addStarted({
      stop: async () => {
        for (const queue of queues.values()) queue.stop();
      },
    });
    const find = queueByUrl(plans, queues);
    const { endpoint } = await services.add(
      startAwsJsonServer({
        target: 'AmazonSQS',
        version: '1.0',
        operations: {
          SendMessage: (input) => sendMessage(input, find),
          SendMessageBatch: (input) => sendMessageBatch(input, find),
          ReceiveMessage: (input) => receiveMessage(input, find, clock),
          ChangeMessageVisibility: (input) => changeMessageVisibility(input, find),
          DeleteMessage: (input) => deleteMessage(input, find),
        },
      }),
    );
    return { endpoint, queueOf: (arn) => known(queues, arn) };
  });
}

/** By ARN. */
function createQueues(plans: readonly QueuePlan[], clock: Clock): ReadonlyMap<string, FifoQueue> {
  const queues = new Map<string, FifoQueue>();
  const create = (plan: QueuePlan): FifoQueue => {
    const created = queues.get(plan.arn);
    if (created) return created;
    const { visibilityTimeoutMs, delayMs, retentionMs, deduplicatesByGroup } = plan;
    const redrive = redriveOf(plan);
    const queue = new FifoQueue({
      clock,
      visibilityTimeoutMs,
      delayMs,
      retentionMs,
      deduplicatesByGroup,
      ...(redrive && { redrive }),
    });
    queues.set(plan.arn, queue);
    return queue;
  };
  /** A queue's dead-letter queue is made before it. */
  const redriveOf = ({ redrive }: QueuePlan): Redrive | undefined => {
    const target = plans.find(({ arn }) => arn === redrive?.deadLetterArn);
    return redrive && target && { deadLetters: create(target), maxReceiveCount: redrive.maxReceiveCount };
  };
  for (const plan of plans) create(plan);
  return queues;
}

/** The host of a queue's URL is that of this machine, and doesn't matter. */
function queueByUrl(plans: readonly QueuePlan[], queues: ReadonlyMap<string, FifoQueue>): FindQueue {
  const byPath = new Map(plans.map(({ url, arn }) => [new URL(url).pathname, known(queues, arn)]));
  return (url) => (URL.canParse(url) ? byPath.get(new URL(url).pathname) : undefined);
}

function known(queues: ReadonlyMap<string, FifoQueue>, arn: string): FifoQueue {
  const queue = queues.get(arn);
  if (!queue) throw new TypeError(`There is no queue ${arn}.`);
  return queue;
}
