import { describe, expect, test } from 'vitest';
import { TemplateError } from '../../../local/template/cloud-formation.ts';
import { planOf } from '../../../local/template/plan.ts';
import type { SchedulePlan } from '../../../local/template/schedule-plan.ts';
import { assemblyOf, someResources } from './a-template.ts';

function schedulesWith(rule: object, permission: object = {}): SchedulePlan[] {
  const functionArn = { 'Fn::GetAtt': ['Push', 'Arn'] };
  return planOf(
    assemblyOf({
      ...someResources(),
      Rule: {
        Type: 'AWS::Events::Rule',
        Properties: {
          ScheduleExpression: 'rate(5 minutes)',
          State: 'ENABLED',
          Targets: [{ Id: 'Target0', Arn: functionArn }],
          ...rule,
        },
      },
      RulePermission: {
        Type: 'AWS::Lambda::Permission',
        Properties: {
          Action: 'lambda:InvokeFunction',
          FunctionName: functionArn,
          Principal: 'events.amazonaws.com',
          SourceArn: { 'Fn::GetAtt': ['Rule', 'Arn'] },
          ...permission,
        },
      },
    }),
  ).schedules;
}

describe('a rule of the template', () => {
  test('is a schedule of its function', () => {
    expect(schedulesWith({})).toEqual([
      {
        ruleArn: expect.stringMatching(/^arn:aws:events:us-east-1:000000000000:rule\/uidpush-Rule-\w{12}$/),
        functionArn: expect.stringMatching(/function:uidpush-Push-/),
        everyMs: 300_000,
        mayInvoke: true,
      },
    ]);
  });

  test.each([
    ['rate(1 minute)', 60_000],
    ['rate(2 hours)', 7_200_000],
    ['rate(1 day)', 86_400_000],
  ])('%s is every %i ms', (ScheduleExpression, everyMs) => {
    expect(schedulesWith({ ScheduleExpression })).toMatchObject([{ everyMs }]);
  });

  test('does nothing while it is disabled', () => {
    expect(schedulesWith({ State: 'DISABLED' })).toEqual([]);
  });

  test.each([
    { Principal: 'apigateway.amazonaws.com' },
    { SourceArn: 'arn:aws:events:us-east-1:1:rule/other' },
  ])('is not let in by a permission with %j', (permission) => {
    expect(schedulesWith({}, permission)).toMatchObject([{ mayInvoke: false }]);
  });

  test.each(['cron(0 12 * * ? *)', 'rate(5 weeks)', 'rate(x minutes)'])(
    'with %s is refused, since it would not run here',
    (ScheduleExpression) => {
      expect(() => schedulesWith({ ScheduleExpression })).toThrow(TemplateError);
    },
  );
});
