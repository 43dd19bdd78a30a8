import { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, test } from 'vitest';
import { chooseEnvironment } from '../../lib/settings/chosen-environment.ts';
import { UidPushStack } from '../../lib/uidpush-stack.ts';
import { appWithFlags, deployedApp, features } from '../support/templates.ts';

type Resource = {
  Type: string;
  DeletionPolicy?: string;
  UpdateReplacePolicy?: string;
  Properties: { Replicas?: Record<string, unknown>[] };
};

function resourcesOf(stack: UidPushStack, type: string): Resource[] {
  const found = Object.values(Template.fromStack(stack).findResources(type)) as Resource[];
  expect(found.length).toBeGreaterThan(0);
  return found;
}

function stackOf(environments: Record<string, object>, flags: Record<string, string>): UidPushStack {
  return new UidPushStack(appWithFlags(), chooseEnvironment({ environments }, flags, 'uidpush.config.ts'));
}

describe('a protected stack', () => {
  const { stack } = deployedApp({ protect: true });

  test('can’t be deleted while it is', () => {
    expect(stack.terminationProtection).toBe(true);
  });

  test('has tables that can’t be deleted, can be put back, and outlive it', () => {
    for (const table of resourcesOf(stack, 'AWS::DynamoDB::GlobalTable')) {
      expect(table).toMatchObject({ DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' });
      expect(table.Properties.Replicas).toMatchObject([
        {
          DeletionProtectionEnabled: true,
          PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
        },
      ]);
    }
  });
});

test('a stack that is not protected goes with its tables, and says so, so that protection can be taken back', () => {
  const { stack } = deployedApp({});
  expect(stack.terminationProtection).toBe(false);
  for (const table of resourcesOf(stack, 'AWS::DynamoDB::GlobalTable')) {
    expect(table.DeletionPolicy).toBe('Delete');
    expect(table.Properties.Replicas).toMatchObject([
      {
        DeletionProtectionEnabled: false,
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: false },
      },
    ]);
  }
});

test.each([false, true])('no secret is ever deleted with its resource, protect=%s', (protect) => {
  const { stack } = deployedApp({ protect, pushAuth: 'secret', text: true, textSecret: true });
  const secrets = resourcesOf(stack, 'AWS::SecretsManager::Secret');
  expect(secrets).toHaveLength(3);
  for (const secret of secrets) {
    expect(secret).toMatchObject({ DeletionPolicy: 'RetainExceptOnCreate', UpdateReplacePolicy: 'Retain' });
    // With a name of its own a second one would be refused while the first is kept.
    expect(secret.Properties).not.toHaveProperty('Name');
  }
});

test('nothing that is kept has a name of ours, with whatever settings', () => {
  for (const settings of Object.values(features)) {
    const template = Template.fromStack(deployedApp({ ...settings, protect: true }).stack).toJSON();
    for (const { DeletionPolicy, Properties = {} } of Object.values<Resource>(template.Resources)) {
      if (!DeletionPolicy?.startsWith('Retain')) continue;
      expect(
        Object.keys(Properties).filter((name) => /^(Name|TableName|FunctionVersion)$/.test(name)),
      ).toEqual([]);
    }
  }
});

describe('protection', () => {
  test.each([
    ['prod', true],
    ['production', true],
    ['Production', true],
    ['dev', false],
    ['preprod', false],
    ['products', false],
  ])('of an environment called %s is %s, unless its settings say otherwise', (key, isProtected) => {
    expect(stackOf({ [key]: { name: 'a' } }, {}).terminationProtection).toBe(isProtected);
    expect(stackOf({ [key]: { name: 'a', protect: true } }, {}).terminationProtection).toBe(true);
    expect(stackOf({ [key]: { name: 'a', protect: false } }, {}).terminationProtection).toBe(false);
  });

  test('is taken off by a flag for one run, which is an override', () => {
    const environment = chooseEnvironment(
      { environments: { prod: { name: 'a' } } },
      { protect: 'false' },
      'uidpush.config.ts',
    );
    expect(environment.overrides).toEqual([{ name: 'protect', value: false, inFile: true }]);
  });
});
