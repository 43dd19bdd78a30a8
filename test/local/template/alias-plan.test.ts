import { describe, expect, test } from 'vitest';
import type { Resource } from '../../../local/template/cloud-formation.ts';
import { planOf } from '../../../local/template/plan.ts';
import { assemblyOf, someResources } from './a-template.ts';

const version = { 'Fn::GetAtt': ['Version', 'Version'] };

/** The small stack, whose push function is called by its alias; after `change`. */
function planAfter(change: (resources: Record<string, Resource>) => void = () => {}) {
  const resources = someResources();
  resources.Version = { Type: 'AWS::Lambda::Version', Properties: { FunctionName: { Ref: 'Push' } } };
  resources.Live = {
    Type: 'AWS::Lambda::Alias',
    Properties: { FunctionName: { Ref: 'Push' }, FunctionVersion: version, Name: 'live' },
  };
  resources.Url!.Properties!.Qualifier = 'live';
  const uri = resources.Integration!.Properties!.IntegrationUri as { 'Fn::Join': [string, unknown[]] };
  const parts = uri['Fn::Join'][1];
  parts[parts.findIndex((part) => JSON.stringify(part).includes('Push'))] = { Ref: 'Live' };
  resources.Permission!.Properties!.FunctionName = { Ref: 'Live' };
  change(resources);
  return planOf(assemblyOf(resources));
}

describe('an alias', () => {
  const { functions, webSocketApis, functionUrls } = planAfter();
  const [latest, live] = functions;

  test('is a way to call a version of its function, which has code and environment of its own', () => {
    expect(functions).toHaveLength(2);
    expect(latest?.version).toBe('$LATEST');
    expect(live).toEqual({ ...latest, arn: `${latest?.arn}:live`, version: '1' });
  });

  test('is what routes and URLs call that name it', () => {
    expect(webSocketApis[0]?.routes[0]?.target).toMatchObject({ functionArn: live?.arn, mayInvoke: true });
    expect(functionUrls[0]).toMatchObject({ functionArn: live?.arn });
  });

  test.each([
    ['its ARN', { Ref: 'Live' }, true],
    ['its function’s ARN', { 'Fn::GetAtt': ['Push', 'Arn'] }, false],
    ['its function’s name', { Ref: 'Push' }, false],
    ['another alias', { 'Fn::Join': ['', [{ Ref: 'Push' }, ':test']] }, false],
    ['its name', { 'Fn::Join': ['', [{ Ref: 'Push' }, ':live']] }, true],
  ])('may be invoked by a permission for %s: %s is %s', (_, FunctionName, mayInvoke) => {
    const plan = planAfter(({ Permission }) => Object.assign(Permission!.Properties!, { FunctionName }));
    expect(plan.webSocketApis[0]?.routes[0]?.target).toMatchObject({ mayInvoke });
  });

  test('lets nobody call its function by a permission of its own', () => {
    const plan = planAfter(({ Integration }) => {
      const uri = Integration!.Properties!.IntegrationUri as { 'Fn::Join': [string, unknown[]] };
      const parts = uri['Fn::Join'][1];
      parts[parts.findIndex((part) => JSON.stringify(part).includes('Live'))] = {
        'Fn::GetAtt': ['Push', 'Arn'],
      };
    });
    expect(plan.webSocketApis[0]?.routes[0]?.target).toMatchObject({
      functionArn: latest?.arn,
      mayInvoke: false,
    });
  });

  test.each([
    ['FunctionVersion', '7', 'Live.FunctionVersion is no version of this stack: 7'],
    ['FunctionName', 'another', 'Live.FunctionName names no function of this stack: another'],
  ])('with a %s of %s is refused', (property, value, message) => {
    const change = ({ Live }: Record<string, Resource>) =>
      Object.assign(Live!.Properties!, { [property]: value });
    expect(() => planAfter(change)).toThrow(message);
  });
});
