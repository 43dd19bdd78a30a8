import type { Stack } from 'aws-cdk-lib';
import type { Template } from 'aws-cdk-lib/assertions';
import { AccountRootPrincipal, Role } from 'aws-cdk-lib/aws-iam';
import { Function as CdkFunction, Code, Runtime } from 'aws-cdk-lib/aws-lambda';
import { describe, expect, test } from 'vitest';
import { PushAuth } from '../../lambda/names.ts';
import { embeddedTemplate } from '../support/templates.ts';

/** A function of the app's own. */
function backendIn(stack: Stack): CdkFunction {
  return new CdkFunction(stack, 'Backend', {
    runtime: Runtime.NODEJS_24_X,
    handler: 'index.handler',
    code: Code.fromInline('export const handler = async () => {};'),
  });
}

function statementsOf(template: Template, owner: string): Record<string, unknown>[] {
  const policies = Object.entries(template.findResources('AWS::IAM::Policy')).filter(([id]) =>
    id.startsWith(owner),
  );
  return policies.flatMap(([, { Properties }]) => Properties.PolicyDocument.Statement);
}

function environmentOf(template: Template, owner: string): Record<string, unknown> {
  const functions = Object.entries(template.findResources('AWS::Lambda::Function'));
  const [, fn] = functions.find(([id]) => id.startsWith(owner))!;
  return fn.Properties.Environment?.Variables ?? {};
}

/** The logical ids of the alias with this name, and of its URL. */
function aliasOf(template: Template, name: string): { alias: string; url: string } {
  const [alias = ''] = Object.keys(
    template.findResources('AWS::Lambda::Alias', { Properties: { Name: name, FunctionVersion: '$LATEST' } }),
  );
  const [url = ''] = Object.keys(
    template.findResources('AWS::Lambda::Url', { Properties: { Qualifier: name, AuthType: 'AWS_IAM' } }),
  );
  return { alias, url };
}

const mayCall = (alias: string) => [
  {
    Effect: 'Allow',
    Action: 'lambda:InvokeFunctionUrl',
    Resource: { Ref: alias },
    Condition: { StringEquals: { 'lambda:FunctionUrlAuthType': 'AWS_IAM' } },
  },
  {
    Effect: 'Allow',
    Action: 'lambda:InvokeFunction',
    Resource: { Ref: alias },
    Condition: { Bool: { 'lambda:InvokedViaFunctionUrl': true } },
  },
];

describe('a function', () => {
  test('that may push can call the URL that pushes, knows it, and nothing more', () => {
    const template = embeddedTemplate({}, (stack, uidPush) => uidPush.grantPush(backendIn(stack)));
    const { alias, url } = aliasOf(template, 'push-only');

    expect(statementsOf(template, 'Backend')).toEqual(mayCall(alias));
    expect(environmentOf(template, 'Backend')).toEqual({ PUSH_URL: { 'Fn::GetAtt': [url, 'FunctionUrl'] } });
  });

  test('that may disconnect can call the URL that disconnects, knows it, and nothing more', () => {
    const template = embeddedTemplate({}, (stack, uidPush) => uidPush.grantDisconnect(backendIn(stack)));
    const { alias, url } = aliasOf(template, 'disconnect-only');

    expect(statementsOf(template, 'Backend')).toEqual(mayCall(alias));
    expect(environmentOf(template, 'Backend')).toEqual({
      DISCONNECT_URL: { 'Fn::GetAtt': [url, 'FunctionUrl'] },
    });
  });

  test('that may both knows both URLs', () => {
    const template = embeddedTemplate({}, (stack, uidPush) => {
      const backend = backendIn(stack);
      uidPush.grantPush(backend);
      uidPush.grantDisconnect(backend);
    });

    expect(Object.keys(environmentOf(template, 'Backend')).sort()).toEqual(['DISCONNECT_URL', 'PUSH_URL']);
    expect(statementsOf(template, 'Backend').map(({ Resource }) => Resource)).toEqual([
      { Ref: aliasOf(template, 'push-only').alias },
      { Ref: aliasOf(template, 'push-only').alias },
      { Ref: aliasOf(template, 'disconnect-only').alias },
      { Ref: aliasOf(template, 'disconnect-only').alias },
    ]);
  });

  test('that may do all calls the URL of the function itself', () => {
    const template = embeddedTemplate({}, (stack, uidPush) => uidPush.grantAll(backendIn(stack)));
    template.resourceCountIs('AWS::Lambda::Alias', 0);
    const [url] = Object.keys(template.findResources('AWS::Lambda::Url'));

    expect(environmentOf(template, 'Backend')).toEqual({ PUSH_URL: { 'Fn::GetAtt': [url, 'FunctionUrl'] } });
    expect(statementsOf(template, 'Backend').map(({ Action }) => Action)).toEqual([
      'lambda:InvokeFunctionUrl',
      'lambda:InvokeFunction',
    ]);
  });

  test('bears the secret where there is one: it may read it, and knows its id', () => {
    const template = embeddedTemplate({ identity: 'claimed', pushAuth: PushAuth.secret }, (stack, uidPush) =>
      uidPush.grantPush(backendIn(stack)),
    );
    const [secret] = Object.keys(template.findResources('AWS::SecretsManager::Secret'));
    const [url] = Object.keys(template.findResources('AWS::Lambda::Url'));

    expect(environmentOf(template, 'Backend')).toEqual({
      PUSH_URL: { 'Fn::GetAtt': [url, 'FunctionUrl'] },
      PUSH_SECRET_ID: { Ref: secret },
    });
    expect(statementsOf(template, 'Backend')).toEqual([
      {
        Effect: 'Allow',
        Action: ['secretsmanager:GetSecretValue', 'secretsmanager:DescribeSecret'],
        Resource: { Ref: secret },
      },
    ]);
  });
});

test('whoever has no environment, like a role, is only let in', () => {
  const template = embeddedTemplate({}, (stack, uidPush) =>
    uidPush.grantPush(new Role(stack, 'Backend', { assumedBy: new AccountRootPrincipal() })),
  );

  expect(statementsOf(template, 'Backend')).toEqual(mayCall(aliasOf(template, 'push-only').alias));
});

test('two that may push share one URL', () => {
  const template = embeddedTemplate({}, (stack, uidPush) => {
    uidPush.grantPush(backendIn(stack));
    uidPush.grantPush(new Role(stack, 'Other', { assumedBy: new AccountRootPrincipal() }));
  });

  template.resourceCountIs('AWS::Lambda::Alias', 1);
  template.resourceCountIs('AWS::Lambda::Url', 2);
});

test('where nothing is granted, there is only the URL with all routes', () => {
  const template = embeddedTemplate({}, () => {});

  template.resourceCountIs('AWS::Lambda::Alias', 0);
  template.resourceCountIs('AWS::Lambda::Url', 1);
});
