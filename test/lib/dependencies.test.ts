import { Template } from 'aws-cdk-lib/assertions';
import { expect, test } from 'vitest';
import { allAtOnce, deployedApp, features, grantedApp } from '../support/templates.ts';

type Resources = Record<string, Record<string, unknown>>;

/** The logical ids that a resource waits for, by whatever of it: its update policy, too. */
function waitsFor(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  if (Array.isArray(value)) return value.flatMap(waitsFor);
  return Object.entries(value).flatMap(([key, inner]) => {
    if (key === 'Ref' || key === 'DependsOn') return [inner].flat().map(String);
    if (key === 'Fn::GetAtt') return [String([inner].flat()[0]).split('.')[0] ?? ''];
    if (key === 'Fn::Sub') {
      const [text, variables] = [inner].flat();
      const named = Array.from(String(text).matchAll(/\$\{([^}.!]+)/g), ([, name = '']) => name);
      return [...named, ...waitsFor(variables)];
    }
    return waitsFor(inner);
  });
}

/** The resources that wait for each other, and that CloudFormation would refuse to make. */
function circleIn(resources: Resources): string[] {
  const left = new Map(
    Object.entries(resources).map(([id, resource]) => [
      id,
      new Set(waitsFor(resource).filter((other) => other in resources && other !== id)),
    ]),
  );
  for (let hasChanged = true; hasChanged; ) {
    hasChanged = false;
    for (const [id, others] of left) {
      if ([...others].some((other) => left.has(other))) continue;
      left.delete(id);
      hasChanged = true;
    }
  }
  return [...left.keys()];
}

const gradual = { ...allAtOnce, pushEndpoint: 'function-url' };

test.each(Object.entries({ ...features, allAtOnce, 'a function URL and all else': gradual }))(
  'with %s no resources wait for each other',
  (_, context) => {
    expect(circleIn(Template.fromStack(deployedApp(context).stack).toJSON().Resources)).toEqual([]);
  },
);

test('with grants beside all else no resources wait for each other', () => {
  const { stack } = grantedApp({ ...gradual, pushAuth: 'iam', deployment: 'linear' });
  expect(circleIn(Template.fromStack(stack).toJSON().Resources)).toEqual([]);
});

test('those that do are found', () => {
  const resources = {
    alias: { UpdatePolicy: { Group: { Ref: 'group' } } },
    group: { DependsOn: ['policy'] },
    policy: { Properties: { Arn: { 'Fn::Sub': '\u0024{alias}:1' } } },
    other: {},
  };
  expect(circleIn(resources)).toEqual(['alias', 'group', 'policy']);
});
