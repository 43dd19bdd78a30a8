import { App, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { AccountRootPrincipal, Role } from 'aws-cdk-lib/aws-iam';
import { describe, expect, test } from 'vitest';
import { UidPush } from '../../lib/uid-push.ts';
import type { UidPushProps } from '../../lib/uid-push-props.ts';

function templateIn(region: string, props: UidPushProps = {}, declare = (_: UidPush, __: Stack) => {}) {
  const stack = new Stack(new App({ context: { 'aws:cdk:bundling-stacks': [] } }), 'app', {
    env: { region, account: '123456789012' },
  });
  declare(new UidPush(stack, 'Pushes', props), stack);
  return Template.fromStack(stack);
}

describe('the push URL', () => {
  test('is a function URL where there are such', () => {
    const template = templateIn('eu-central-1', { oldPushUrl: false });

    template.resourceCountIs('AWS::Lambda::Url', 1);
    template.resourceCountIs('AWS::ApiGatewayV2::Api', 1);
  });

  test.each(['cn-north-1', 'eu-south-2', 'us-gov-west-1'])(
    'is an HTTP API by itself in %s, which has none, with the same authorisation',
    (region) => {
      const template = templateIn(region);

      template.resourceCountIs('AWS::Lambda::Url', 0);
      template.hasResourceProperties('AWS::ApiGatewayV2::Api', { ProtocolType: 'HTTP' });
      template.hasResourceProperties('AWS::ApiGatewayV2::Route', {
        RouteKey: '$default',
        AuthorizationType: 'AWS_IAM',
      });
      template.hasResourceProperties('AWS::ApiGatewayV2::Integration', { PayloadFormatVersion: '2.0' });
    },
  );

  test('is what is chosen, whatever the region', () => {
    templateIn('eu-central-1', { pushEndpoint: 'http-api' }).resourceCountIs('AWS::Lambda::Url', 0);
    templateIn('cn-north-1', { pushEndpoint: 'function-url', oldPushUrl: false }).resourceCountIs(
      'AWS::Lambda::Url',
      1,
    );
  });

  test('lets a caller in without a signature only where the function checks a secret', () => {
    const template = templateIn('cn-north-1', { pushAuth: 'secret' });

    template.hasResourceProperties('AWS::ApiGatewayV2::Route', {
      RouteKey: '$default',
      AuthorizationType: 'NONE',
      Target: Match.anyValue(),
    });
    template.hasResourceProperties('AWS::Lambda::Function', {
      Environment: { Variables: Match.objectLike({ PUSH_AUTH: 'secret', PUSH_ENDPOINT: 'http-api' }) },
    });
  });

  test('grants no more than its own API, and a function of its own to who may only push', () => {
    const template = templateIn(
      'cn-north-1',
      {},
      (uidPush, stack) =>
        void uidPush.grantPush(new Role(stack, 'Backend', { assumedBy: new AccountRootPrincipal() })),
    );
    const policies = Object.entries(template.findResources('AWS::IAM::Policy'));
    const [, policy] = policies.find(([id]) => id.startsWith('Backend'))!;
    const [statement, ...others] = policy.Properties.PolicyDocument.Statement;

    expect(others).toEqual([]);
    expect(statement.Action).toBe('execute-api:Invoke');
    expect(JSON.stringify(statement.Resource)).toMatch(/PushOnlyFunctionHttpApi\w+"},"\/\*"/);
  });
});
