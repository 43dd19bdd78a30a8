import { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, test } from 'vitest';
import {
  deployedApp,
  deployedTemplate,
  environmentWith,
  everything,
  grantedApp,
} from '../support/templates.ts';

type Resource = { Type: string; Properties: Record<string, unknown> };

function resourcesOf(template: Template, type: string): Record<string, Resource> {
  const found = template.findResources(type) as Record<string, Resource>;
  expect(Object.keys(found).length).toBeGreaterThan(0);
  return found;
}

const templates = {
  defaults: () => deployedTemplate({}),
  everything: () => deployedTemplate({ ...everything, text: 'true' }),
  grants: () => Template.fromStack(grantedApp({ monitoring: 'true', text: 'true' }).stack),
};

describe.each(Object.entries(templates))('with %s', (_, templateOf) => {
  const template = templateOf();
  const functions = Object.keys(resourcesOf(template, 'AWS::Lambda::Function'));
  const aliases = resourcesOf(template, 'AWS::Lambda::Alias');
  const aliasOf = (fn: string) =>
    Object.entries(aliases).find(
      ([, { Properties }]) => JSON.stringify(Properties.FunctionName) === JSON.stringify({ Ref: fn }),
    );

  test('every function has an alias `live` to its newest version, and keeps the ones before', () => {
    for (const fn of functions) {
      const [, alias] = aliasOf(fn)!;
      const { 'Fn::GetAtt': [version = ''] = [] } = alias.Properties.FunctionVersion as {
        'Fn::GetAtt'?: string[];
      };
      expect(alias.Properties.Name).toBe('live');
      expect(template.toJSON().Resources[version]).toMatchObject({
        Type: 'AWS::Lambda::Version',
        DeletionPolicy: 'Retain',
        Properties: { FunctionName: { Ref: fn } },
      });
    }
  });

  test('nothing calls a function but by its alias, save the push URL of older releases', () => {
    const callers = [
      'ApiGatewayV2::Integration',
      'Events::Rule',
      'Lambda::EventSourceMapping',
      'Lambda::Url',
    ];
    const direct = Object.entries(template.toJSON().Resources as Record<string, Resource>)
      .filter(([, { Type }]) => callers.includes(Type.replace('AWS::', '')))
      .filter(([, { Properties }]) => {
        const text = JSON.stringify(Properties);
        return functions.some((fn) => text.includes(`"${fn}"`)) && Properties.Qualifier !== 'live';
      });
    expect(direct.map(([id]) => id)).toEqual([expect.stringMatching(/^UidPushFunctionFunctionUrl/)]);
  });

  test('whoever may call a function may call its alias', () => {
    const open = Object.values(resourcesOf(template, 'AWS::Lambda::Permission')).filter(
      ({ Properties }) => Properties.Principal !== '*',
    );
    for (const { Properties } of open) {
      expect(Object.keys(aliases)).toContain((Properties.FunctionName as { Ref: string }).Ref);
    }
  });
});

test('a new environment or new code is a new version, and nothing else is', () => {
  const versionsOf = (settings: Record<string, unknown>) =>
    Object.keys(resourcesOf(deployedTemplate(settings), 'AWS::Lambda::Version')).toSorted();
  expect(versionsOf({})).toEqual(versionsOf({ stage: 'live' }));
  const [before, after] = [versionsOf({}), versionsOf({ sessions: 'single' })];
  expect(after.filter((id) => !before.includes(id))).toEqual([
    expect.stringContaining('RegisterCurrentVersion'),
  ]);
});

describe('the push URL', () => {
  test('is that of the alias; the one of older releases stays beside it', () => {
    const urls = resourcesOf(deployedTemplate({}), 'AWS::Lambda::Url');
    expect(Object.values(urls).map(({ Properties }) => Properties.Qualifier)).toEqual(
      expect.arrayContaining(['live', undefined]),
    );
    const { Outputs } = deployedTemplate({}).toJSON();
    expect(JSON.stringify(Outputs.PushUrl)).toContain('FunctionLiveFunctionUrl');
    expect(JSON.stringify(Outputs.PreviousPushUrl)).toContain('UidPushFunctionFunctionUrl');
  });

  test('of older releases goes where it is switched off', () => {
    const template = deployedTemplate({ oldPushUrl: false });
    template.resourceCountIs('AWS::Lambda::Url', 1);
    expect(template.toJSON().Outputs).not.toHaveProperty('PreviousPushUrl');
  });
});

describe('a gradual deployment', () => {
  test.each([
    ['canary', 'CodeDeployDefault.LambdaCanary10Percent5Minutes'],
    ['linear', 'CodeDeployDefault.LambdaLinear10PercentEvery1Minute'],
  ])('%s shifts every function’s calls, and back when an alarm rings', (deployment, config) => {
    const template = deployedTemplate({ deployment, monitoring: true });
    const aliases = Object.values(template.findResources('AWS::Lambda::Alias'));
    const groups = template.findResources('AWS::CodeDeploy::DeploymentGroup');
    expect(Object.keys(groups)).toHaveLength(aliases.length);
    for (const alias of aliases) {
      const { DeploymentGroupName } = alias.UpdatePolicy.CodeDeployLambdaAliasUpdate;
      const { Properties } = groups[DeploymentGroupName.Ref]!;
      expect(Properties.DeploymentConfigName).toBe(config);
      expect(Properties.AlarmConfiguration).toMatchObject({ Enabled: true, Alarms: { length: 2 } });
      expect(Properties.AutoRollbackConfiguration.Events).toContain('DEPLOYMENT_STOP_ON_ALARM');
    }
  });

  test('needs the alarms of monitoring', () => {
    expect(() => environmentWith({ deployment: 'canary' })).toThrow('without monitoring nothing says');
  });

  test('rings for errors of the version within a minute', () => {
    const template = deployedTemplate({ deployment: 'canary', monitoring: true });
    const alarms = Object.values(template.findResources('AWS::CloudWatch::Alarm')).filter(
      ({ Properties }) => Properties.Period === 60,
    );
    expect(alarms.length).toBeGreaterThan(5);
    for (const { Properties } of alarms) {
      expect(Properties).toMatchObject({
        Threshold: 1,
        EvaluationPeriods: 1,
        TreatMissingData: 'notBreaching',
      });
      expect(Properties).not.toHaveProperty('AlarmActions');
    }
  });

  test('is nowhere by default', () => {
    expect(
      deployedApp({ monitoring: true })
        .stack.node.findAll()
        .map(({ node }) => node.path)
        .join(),
    ).not.toContain('Deployment/');
  });
});
