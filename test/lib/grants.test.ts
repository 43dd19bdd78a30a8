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

type Narrow = { fn: string; alias: string; url: string };

/** The logical ids of the function that has this one right's routes alone, of its alias, and of its URL. */
function narrowOf(template: Template, name: 'PushOnly' | 'DisconnectOnly'): Narrow {
  const [fn = ''] = Object.keys(template.findResources('AWS::Lambda::Function')).filter((id) =>
    id.startsWith(`PushesPush${name}Function`),
  );
  const [alias = ''] = Object.keys(
    template.findResources('AWS::Lambda::Alias', { Properties: { FunctionName: { Ref: fn } } }),
  );
  const [url = ''] = Object.keys(
    template.findResources('AWS::Lambda::Url', {
      Properties: { TargetFunctionArn: arnOf(fn), Qualifier: 'live', AuthType: 'AWS_IAM' },
    }),
  );
  return { fn, alias, url };
}

/** But for the push URL of older releases. */
function liveUrls(template: Template): string[] {
  return Object.keys(template.findResources('AWS::Lambda::Url', { Properties: { Qualifier: 'live' } }));
}

const arnOf = (fn: string) => ({ 'Fn::GetAtt': [fn, 'Arn'] });

/** The alias, and the function, whose URL grantees of older releases call until they are deployed anew. */
const mayCall = ({ fn, alias }: Narrow) =>
  [{ Ref: alias }, arnOf(fn)].flatMap((Resource) => [
    {
      Effect: 'Allow',
      Action: 'lambda:InvokeFunctionUrl',
      Resource,
      Condition: { StringEquals: { 'lambda:FunctionUrlAuthType': 'AWS_IAM' } },
    },
    {
      Effect: 'Allow',
      Action: 'lambda:InvokeFunction',
      Resource,
      Condition: { Bool: { 'lambda:InvokedViaFunctionUrl': true } },
    },
  ]);

describe('a function', () => {
  test('that may push can call the URL that pushes, knows it, and nothing more', () => {
    const template = embeddedTemplate({}, (stack, uidPush) => uidPush.grantPush(backendIn(stack)));
    const narrow = narrowOf(template, 'PushOnly');

    expect(statementsOf(template, 'Backend')).toEqual(mayCall(narrow));
    expect(environmentOf(template, 'Backend')).toEqual({
      PUSH_URL: { 'Fn::GetAtt': [narrow.url, 'FunctionUrl'] },
    });
  });

  test('that may disconnect can call the URL that disconnects, knows it, and nothing more', () => {
    const template = embeddedTemplate({}, (stack, uidPush) => uidPush.grantDisconnect(backendIn(stack)));
    const narrow = narrowOf(template, 'DisconnectOnly');

    expect(statementsOf(template, 'Backend')).toEqual(mayCall(narrow));
    expect(environmentOf(template, 'Backend')).toEqual({
      DISCONNECT_URL: { 'Fn::GetAtt': [narrow.url, 'FunctionUrl'] },
    });
  });

  test('that may both knows both URLs', () => {
    const template = embeddedTemplate({}, (stack, uidPush) => {
      const backend = backendIn(stack);
      uidPush.grantPush(backend);
      uidPush.grantDisconnect(backend);
    });

    expect(Object.keys(environmentOf(template, 'Backend')).sort()).toEqual(['DISCONNECT_URL', 'PUSH_URL']);
    expect(statementsOf(template, 'Backend')).toEqual([
      ...mayCall(narrowOf(template, 'PushOnly')),
      ...mayCall(narrowOf(template, 'DisconnectOnly')),
    ]);
  });

  test('that may do all calls the URL of all routes', () => {
    const template = embeddedTemplate({}, (stack, uidPush) => uidPush.grantAll(backendIn(stack)));
    template.resourceCountIs('AWS::Lambda::Function', 5);
    const [url] = liveUrls(template);

    expect(environmentOf(template, 'Backend')).toEqual({ PUSH_URL: { 'Fn::GetAtt': [url, 'FunctionUrl'] } });
    expect(statementsOf(template, 'Backend').map(({ Action }) => Action)).toEqual([
      'lambda:InvokeFunctionUrl',
      'lambda:InvokeFunction',
      'lambda:InvokeFunctionUrl',
      'lambda:InvokeFunction',
    ]);
  });

  test('bears the secret where there is one: it may read it, and knows its id', () => {
    const template = embeddedTemplate({ identity: 'claimed', pushAuth: PushAuth.secret }, (stack, uidPush) =>
      uidPush.grantPush(backendIn(stack)),
    );
    const [secret] = Object.keys(template.findResources('AWS::SecretsManager::Secret'));
    const [url] = liveUrls(template);

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

  expect(statementsOf(template, 'Backend')).toEqual(mayCall(narrowOf(template, 'PushOnly')));
});

test('two that may push share one URL', () => {
  const template = embeddedTemplate({}, (stack, uidPush) => {
    uidPush.grantPush(backendIn(stack));
    uidPush.grantPush(new Role(stack, 'Other', { assumedBy: new AccountRootPrincipal() }));
  });

  expect(liveUrls(template)).toHaveLength(2);
});

test('where nothing is granted, there is only the URL with all routes', () => {
  const template = embeddedTemplate({}, () => {});

  template.resourceCountIs('AWS::Lambda::Function', 4);
  expect(liveUrls(template)).toHaveLength(1);
});

describe('a function with fewer routes', () => {
  const template = embeddedTemplate({}, (stack, uidPush) => {
    const backend = new Role(stack, 'Backend', { assumedBy: new AccountRootPrincipal() });
    uidPush.grantPush(backend);
    uidPush.grantDisconnect(backend);
  });

  /** What the role may do, but for its log, on what. */
  function allowedTo(part: string): string[] {
    return statementsOf(template, `PushesPush${part}Role`)
      .filter(({ Action }) => !String(Action).includes('logs:'))
      .flatMap(({ Action, Resource }) => [Action].flat().map((action) => `${action} ${partOf(Resource)}`))
      .sort();
  }

  function partOf(resource: unknown): string {
    return (
      /Connections|Messages|(GET|POST|DELETE)(?=\/@connections)/.exec(JSON.stringify(resource))?.[0] ?? '?'
    );
  }

  test('may do what pushing takes and nothing more: it lists nobody, closes nobody and starts no broadcast', () => {
    expect(allowedTo('PushOnlyFunction')).toEqual([
      'dynamodb:BatchGetItem Messages',
      'dynamodb:DeleteItem Connections',
      'dynamodb:GetItem Messages',
      'dynamodb:PutItem Messages',
      'dynamodb:Query Connections',
      'dynamodb:Query Messages',
      'dynamodb:UpdateItem Messages',
      'execute-api:ManageConnections GET',
      'execute-api:ManageConnections POST',
    ]);
  });

  test('may do what disconnecting takes and nothing more: it knows no message and starts no broadcast', () => {
    expect(allowedTo('DisconnectOnlyFunction')).toEqual([
      'dynamodb:DeleteItem Connections',
      'dynamodb:GetItem Connections',
      'dynamodb:PutItem Connections',
      'dynamodb:Query Connections',
      'execute-api:ManageConnections DELETE',
      'execute-api:ManageConnections GET',
      'execute-api:ManageConnections POST',
    ]);
  });

  test('has an id that no resource of another type had: CloudFormation changes no resource’s type', () => {
    const releasedAliases = ['PushesPushPushOnly', 'PushesPushDisconnectOnly'];
    for (const id of Object.keys(template.toJSON().Resources)) {
      expect(releasedAliases).not.toContain(id.replace(/[0-9A-F]{8}$/, ''));
    }
  });
});
