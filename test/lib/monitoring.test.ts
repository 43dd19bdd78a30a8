import { readFileSync } from 'node:fs';
import { Stack } from 'aws-cdk-lib';
import { Match, type Template } from 'aws-cdk-lib/assertions';
import { AccountRootPrincipal, Role } from 'aws-cdk-lib/aws-iam';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { describe, expect, test } from 'vitest';
import { AlarmName } from '../../lib/monitoring/alarm-name.ts';
import { UidPush } from '../../lib/uid-push.ts';
import { deployedApp, deployedTemplate, embeddedTemplate } from '../support/templates.ts';

const topicArn = 'arn:aws:sns:us-east-1:123456789012:on-call';

type AlarmProperties = Record<string, unknown> & { AlarmDescription: string };

/** Those that tell somebody; the parts of composite alarms are no alarms to people. */
function alarmsOf(template: Template): AlarmProperties[] {
  const types = ['AWS::CloudWatch::Alarm', 'AWS::CloudWatch::CompositeAlarm'];
  return types
    .flatMap((type) => Object.values(template.findResources(type)))
    .map(({ Properties }) => Properties)
    .filter(({ AlarmDescription }) => AlarmDescription.includes('RUNBOOK'));
}

describe('a stack with monitoring', () => {
  const template = deployedTemplate({
    monitoring: 'true',
    text: 'true',
    presence: 'true',
    alarmTopicArn: topicArn,
  });

  test('has the alarms, and each tells the topic when it rings and when it is over', () => {
    const alarms = alarmsOf(template);
    for (const alarm of alarms) {
      expect(alarm).toMatchObject({ AlarmActions: [topicArn], OKActions: [topicArn] });
    }
  });

  test('has alarms whose descriptions name an entry of the runbook, which has no others', () => {
    const runbook = readFileSync(new URL('../../docs/RUNBOOK.md', import.meta.url), 'utf8');
    const [, section = ''] = runbook.split(/^## Alarms$/m);
    const entries = Array.from(
      section.split(/^## /m)[0]?.matchAll(/^### (\w+)$/gm) ?? [],
      ([, name]) => name,
    );

    expect(entries.toSorted()).toEqual(Object.values(AlarmName).toSorted());
    const named = alarmsOf(template).map(({ AlarmDescription }) => AlarmDescription.split('RUNBOOK.md#')[1]);
    expect(new Set(named)).toEqual(new Set(entries.map((entry) => entry?.toLowerCase())));
  });

  test('rings for every function’s errors, also while the others are never invoked', () => {
    const watched = alarmsOf(template).filter(({ MetricName }) => MetricName === 'Errors');
    const functions = Object.keys(template.findResources('AWS::Lambda::Function')).length;
    expect(watched).toHaveLength(functions);
    expect(new Set(watched.map(({ Dimensions }) => JSON.stringify(Dimensions))).size).toBe(functions);
  });

  test('rings when no text task is there to be counted', () => {
    template.hasResourceProperties('AWS::CloudWatch::Alarm', {
      MetricName: 'HealthyHostCount',
      ComparisonOperator: 'LessThanThreshold',
      Threshold: 1,
      TreatMissingData: 'breaching',
    });
  });

  test('tells every function under which name it counts', () => {
    const functions = Object.values(template.findResources('AWS::Lambda::Function'));
    expect(functions).toHaveLength(9);
    for (const { Properties } of functions) {
      expect(Properties.Environment.Variables.METRICS_SERVICE).toBe('uidpush/UidPush');
    }
  });

  test('counts open connections every five minutes, by a function that may read the one table and nothing else', () => {
    template.hasResourceProperties('AWS::Events::Rule', { ScheduleExpression: 'rate(5 minutes)' });
    const [policy] = Object.entries(template.findResources('AWS::IAM::Policy')).filter(([id]) =>
      id.includes('Counter'),
    );
    const actions = policy?.[1].Properties.PolicyDocument.Statement.flatMap(
      ({ Action }: { Action: string | string[] }) => Action,
    );
    expect(actions).toEqual(['logs:CreateLogStream', 'logs:PutLogEvents', 'dynamodb:Scan']);
  });

  test('has a canary each minute, which may do what a backend may, and with a provider has a secret of its own', () => {
    template.hasResourceProperties('AWS::Events::Rule', { ScheduleExpression: 'rate(1 minute)' });
    const withProvider = deployedTemplate({
      monitoring: 'true',
      tokenJwksUrl: 'https://id.example/keys',
      tokenIssuer: 'https://id.example',
      tokenAudience: 'push',
    });
    const [secret] = Object.keys(withProvider.findResources('AWS::SecretsManager::Secret'));
    expect(secret).toContain('CanarySecret');
    const knowing = Object.entries(withProvider.findResources('AWS::Lambda::Function')).filter(
      ([, { Properties }]) => JSON.stringify(Properties.Environment).includes(secret!),
    );
    expect(knowing.map(([id]) => id.replace(/[0-9A-F]{8}$/, '')).toSorted()).toEqual([
      'UidPushMonitoringCanaryFunction',
      'UidPushRegister',
    ]);
  });

  test('shows the alarms first on its dashboard, and every metric that the functions write', () => {
    const [dashboard] = Object.values(template.findResources('AWS::CloudWatch::Dashboard'));
    const body = JSON.stringify(dashboard?.Properties.DashboardBody);

    expect(body.indexOf('alarm')).toBeLessThan(body.indexOf('PushesDelivered'));
    for (const name of ['Registrations', 'TokenRefusals', 'OpenConnections', 'BroadcastFailed', 'p99']) {
      expect(body).toContain(name);
    }
  });
});

describe('what people differ in', () => {
  test('a topic need not be: alarms are made all the same, and tell nobody', () => {
    const alarms = alarmsOf(deployedTemplate({ monitoring: 'true' }));
    expect(alarms.length).toBeGreaterThan(0);
    for (const alarm of alarms) expect(alarm.AlarmActions).toBeUndefined();
  });

  test('a topic of the same app may be given, and other thresholds', () => {
    const template = embeddedTemplate({}, (stack) => {
      new UidPush(stack, 'Watched', {
        monitoring: { alarmTopic: new Topic(stack, 'OnCall'), slowPushMs: 500, failedPercent: 5 },
      });
    });
    template.hasResourceProperties('AWS::CloudWatch::Alarm', {
      Threshold: 500,
      ExtendedStatistic: 'p99',
      AlarmActions: [{ Ref: Match.stringLikeRegexp('OnCall') }],
    });
    template.hasResourceProperties('AWS::CloudWatch::Alarm', { Threshold: 5 });
  });

  test('functions that grants make are watched, counted and shown like the others', () => {
    const template = embeddedTemplate({ monitoring: {}, logLevel: 'info' }, (stack, uidPush) => {
      const backend = new Role(stack, 'Backend', { assumedBy: new AccountRootPrincipal() });
      uidPush.grantPush(backend);
      uidPush.grantDisconnect(backend);
    });
    const made = Object.entries(template.findResources('AWS::Lambda::Function')).filter(([id]) =>
      /(PushOnly|DisconnectOnly)Function/.test(id),
    );
    const watched = (metric: string) =>
      alarmsOf(template)
        .filter(({ MetricName }) => MetricName === metric)
        .map(({ Dimensions }) => (Dimensions as [{ Value: { Ref: string } }])[0].Value.Ref);
    const [dashboard] = Object.values(template.findResources('AWS::CloudWatch::Dashboard'));
    const body = JSON.stringify(dashboard?.Properties.DashboardBody);

    expect(made).toHaveLength(2);
    for (const [id, { Properties }] of made) {
      expect(watched('Errors')).toContain(id);
      expect(watched('Throttles')).toContain(id);
      expect(Properties.Environment.Variables).toMatchObject({
        METRICS_SERVICE: 'app/Pushes',
        LOG_LEVEL: 'info',
      });
      expect(body).toContain(id);
      expect(body).toContain(`ErrorsPushOnly`);
    }
  });

  test('alarms and the dashboard are members of the construct', () => {
    const { monitoring } = new UidPush(new Stack(), 'UidPush', { monitoring: {} });
    expect(monitoring?.alarms[AlarmName.deadLetters]).toHaveLength(1);
    expect(monitoring?.alarms[AlarmName.errors].length).toBeGreaterThan(5);
    expect(monitoring?.alarms[AlarmName.textTasks]).toEqual([]);
    expect(monitoring?.dashboard).toBeDefined();
    expect(new UidPush(new Stack(), 'UidPush').monitoring).toBeUndefined();
  });

  test('more or less is logged, by functions and text tasks alike', () => {
    const template = deployedTemplate({ logLevel: 'info', text: 'true' });
    for (const { Properties } of Object.values(template.findResources('AWS::Lambda::Function'))) {
      expect(Properties.Environment.Variables.LOG_LEVEL).toBe('info');
    }
    template.hasResourceProperties('AWS::ECS::TaskDefinition', {
      ContainerDefinitions: [
        Match.objectLike({ Environment: Match.arrayWith([{ Name: 'LOG_LEVEL', Value: 'info' }]) }),
      ],
    });
  });

  test.each([
    [{ monitoring: 'yes' }, 'monitoring="yes"'],
    [{ monitoring: 'true', alarmTopicArn: 'on-call' }, 'alarmTopicArn="on-call"'],
    [{ alarmTopicArn: topicArn }, 'without monitoring there are no alarms'],
    [{ logLevel: 'all' }, 'logLevel="all"'],
  ])('%j is refused with an error that says why', (context, message) => {
    expect(() => deployedApp(context)).toThrow(message);
  });
});
