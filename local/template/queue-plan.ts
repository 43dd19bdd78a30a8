import type { Template } from './cloud-formation.ts';
import type { References } from './intrinsics.ts';
import { type ResourceReader, resourcesOf } from './resource-reader.ts';

export type QueuePlan = {
  name: string;
  arn: string;
  /** `https://sqs.<region>.amazonaws.com/<account>/<name>` */
  url: string;
  visibilityTimeoutMs: number;
  /** How long a message waits before it can be received. */
  delayMs: number;
  /** How long a message is kept. */
  retentionMs: number;
  /** Whether a message repeats only those of its own group. */
  deduplicatesByGroup: boolean;
  redrive?: { deadLetterArn: string; maxReceiveCount: number };
};

export function queuePlans(template: Template, references: References): QueuePlan[] {
  const queues = resourcesOf(template, references, 'AWS::SQS::Queue');
  const arns = queues.map((queue) => queue.attribute('Arn'));
  return queues.map((queue) => {
    if (queue.value('FifoQueue') !== true) {
      throw queue.problem('FifoQueue', 'must be true: standard queues are not imitated');
    }
    const redrive = redriveOf(queue, arns);
    return {
      name: queue.attribute('QueueName'),
      arn: queue.attribute('Arn'),
      url: queue.ref,
      // Defaults: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sqs-queue.html
      delayMs: queue.number('DelaySeconds', 0) * 1_000,
      visibilityTimeoutMs: queue.number('VisibilityTimeout', 30) * 1_000,
      retentionMs: queue.number('MessageRetentionPeriod', 345_600) * 1_000,
      deduplicatesByGroup: queue.value('DeduplicationScope') === 'messageGroup',
      ...(redrive && { redrive }),
    };
  });
}

function redriveOf(queue: ResourceReader, queueArns: readonly string[]): QueuePlan['redrive'] {
  const policy = queue.value('RedrivePolicy') as Record<string, unknown> | undefined;
  if (policy === undefined) return undefined;
  const { deadLetterTargetArn, maxReceiveCount } = policy;
  const deadLetterArn = queueArns.find((arn) => arn === deadLetterTargetArn);
  if (deadLetterArn === undefined || deadLetterArn === queue.attribute('Arn')) {
    throw queue.problem('RedrivePolicy', `names no other queue of this stack: ${deadLetterTargetArn}`);
  }
  return { deadLetterArn, maxReceiveCount: Number(maxReceiveCount) };
}
