import type { Template } from './cloud-formation.ts';
import type { References } from './intrinsics.ts';
import { invokePermissions, mayServiceInvoke } from './invoke-permission.ts';
import { only } from './only.ts';
import { type ResourceReader, resourcesOf } from './resource-reader.ts';

/** A function that is invoked again and again. */
export type SchedulePlan = {
  ruleArn: string;
  functionArn: string;
  everyMs: number;
  /** Whether the function lets the schedule in. If not, deployment succeeds and every invocation fails. */
  mayInvoke: boolean;
};

export function schedulePlans(template: Template, references: References): SchedulePlan[] {
  const permissions = invokePermissions(template, references);
  return resourcesOf(template, references, 'AWS::Events::Rule')
    .filter((rule) => (rule.value('State') ?? 'ENABLED') === 'ENABLED')
    .map((rule) => {
      const ruleArn = rule.attribute('Arn');
      const { Arn: functionArn } = only(rule.value('Targets') as { Arn: string }[], 'target');
      const mayInvoke = mayServiceInvoke('events.amazonaws.com', permissions, functionArn, ruleArn);
      return { ruleArn, functionArn, everyMs: everyMsOf(rule), mayInvoke };
    });
}

const unitMs: Record<string, number> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

/** Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html */
function everyMsOf(rule: ResourceReader): number {
  const expression = rule.text('ScheduleExpression');
  const [, count, unit = ''] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression) ?? [];
  const milliseconds = unitMs[unit];
  if (milliseconds === undefined) throw rule.problem('ScheduleExpression', `is ${expression}, not a rate`);
  return Number(count) * milliseconds;
}
