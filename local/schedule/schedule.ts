import { randomUUID } from 'node:crypto';
import type { Clock } from '../../protocol/clock.ts';
import type { Invoke } from '../functions/function-outcome.ts';
import type { Service } from '../services.ts';
import { region } from '../template/references.ts';

export type ScheduleOptions = {
  ruleArn: string;
  everyMs: number;
  invoke: Invoke;
  clock: Clock;
};

/**
 * EventBridge's schedule: invokes the function once in every period, whatever became of the time before.
 * Source of the event: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-run-lambda-schedule.html
 */
export function startSchedule({ ruleArn, everyMs, invoke, clock }: ScheduleOptions): Service {
  let cancel = clock.after(everyMs, run);

  function run(): void {
    cancel = clock.after(everyMs, run);
    void invoke({
      version: '0',
      id: randomUUID(),
      'detail-type': 'Scheduled Event',
      source: 'aws.events',
      account: ruleArn.split(':')[4],
      time: new Date(clock.now()).toISOString().replace(/\.\d{3}Z$/, 'Z'),
      region,
      resources: [ruleArn],
      detail: {},
    });
  }

  return { stop: async () => cancel() };
}
