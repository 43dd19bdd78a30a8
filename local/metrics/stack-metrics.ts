import type { Clock } from '../../protocol/clock.ts';
import type { Queues } from '../queue/queues.ts';
import type { Service } from '../services.ts';
import type { QueuePlan } from '../template/queue-plan.ts';
import { embeddedMetrics } from './embedded-metrics.ts';
import type { OnMetric } from './metric.ts';

const minuteMs = 60_000;

type OnLog = (source: string, line: string) => void;

/** `onLog` that hands on what a line has of metrics, too. */
export function withEmbeddedMetrics(onLog: OnLog, onMetric: OnMetric | undefined): OnLog {
  if (!onMetric) return onLog;
  return (source, line) => {
    embeddedMetrics(line).forEach(onMetric);
    onLog(source, line);
  };
}

/**
 * Counts what waits in the queues, and for how long, each minute.
 * Source:
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html
 */
export function startQueueMetrics(
  plans: readonly QueuePlan[],
  queues: Pick<Queues, 'queueOf'>,
  onMetric: OnMetric,
  clock: Clock,
): Service {
  let cancel = clock.after(minuteMs, count);

  function count(): void {
    cancel = clock.after(minuteMs, count);
    for (const { arn, name } of plans) {
      const { visibleMessages, ageOfOldestMs } = queues.queueOf(arn);
      const dimensions = { QueueName: name };
      for (const [metric, value] of [
        ['ApproximateNumberOfMessagesVisible', visibleMessages],
        ['ApproximateAgeOfOldestMessage', Math.floor(ageOfOldestMs / 1_000)],
      ] as const) {
        onMetric({ namespace: 'AWS/SQS', name: metric, dimensions, value });
      }
    }
  }

  return { stop: async () => cancel() };
}
