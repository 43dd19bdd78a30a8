import type { Template } from './cloud-formation.ts';
import type { FunctionPlan } from './function-plan.ts';
import type { References } from './intrinsics.ts';
import type { QueuePlan } from './queue-plan.ts';
import { type ResourceReader, resourcesOf } from './resource-reader.ts';

/** A queue whose messages a function gets. */
export type EventSourcePlan = {
  queueArn: string;
  functionArn: string;
  /** Most messages of one event. */
  batchSize: number;
  /** Most events handled at the same time. */
  maxConcurrency: number;
  /** Whether the function says which of an event's messages failed. */
  reportsFailures: boolean;
};

export function eventSourcePlans(
  template: Template,
  references: References,
  queues: readonly QueuePlan[],
  functions: readonly FunctionPlan[],
): EventSourcePlan[] {
  return resourcesOf(template, references, 'AWS::Lambda::EventSourceMapping').map((mapping) => {
    const queue = queueOf(mapping, queues);
    const fn = functionOf(mapping, functions);
    // AWS refuses such a mapping. https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
    if (queue.visibilityTimeoutMs < fn.timeoutMs) {
      throw mapping.problem('EventSourceArn', "has a visibility timeout below the function's timeout");
    }
    return {
      queueArn: queue.arn,
      functionArn: fn.arn,
      // https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-parameters.html
      batchSize: mapping.number('BatchSize', 10),
      maxConcurrency: maxConcurrencyOf(mapping),
      reportsFailures: reportsFailures(mapping),
    };
  });
}

function queueOf(mapping: ResourceReader, queues: readonly QueuePlan[]): QueuePlan {
  const source = mapping.text('EventSourceArn');
  const queue = queues.find(({ arn }) => arn === source);
  if (!queue) throw mapping.problem('EventSourceArn', `names no queue of this stack: ${source}`);
  return queue;
}

function functionOf(mapping: ResourceReader, functions: readonly FunctionPlan[]): FunctionPlan {
  const target = mapping.text('FunctionName');
  const fn = functions.find(({ name, arn }) => [name, arn].includes(target));
  if (!fn) throw mapping.problem('FunctionName', `names no function of this stack: ${target}`);
  return fn;
}

/** Where the template sets none, the account's own concurrency is the limit. */
function maxConcurrencyOf(mapping: ResourceReader): number {
  const { MaximumConcurrency = 1_000 } = (mapping.value('ScalingConfig') ?? {}) as {
    MaximumConcurrency?: number;
  };
  return MaximumConcurrency;
}

/** Source: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html */
function reportsFailures(mapping: ResourceReader): boolean {
  const types = (mapping.value('FunctionResponseTypes') ?? []) as string[];
  return types.includes('ReportBatchItemFailures');
}
