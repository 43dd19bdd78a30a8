import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { beforeAll, describe, expect, test } from 'vitest';
import { UidPushStack } from '../../lib/uidpush-stack.ts';
import { environmentWith } from '../support/templates.ts';

/** Without the feature flags of cdk.json, one of which merges the statements of a policy. */
function deployedTemplate(given: Record<string, unknown>): Template {
  // These tests look at the template, not into the functions' code.
  const app = new App({ context: { 'aws:cdk:bundling-stacks': [] } });
  return Template.fromStack(new UidPushStack(app, environmentWith(given)));
}

let template: Template;
beforeAll(() => {
  template = deployedTemplate({ allowedOrigins: 'https://app.example' });
});

function resourcesOf(type: string): [id: string, properties: Record<string, unknown>][] {
  return Object.entries(template.findResources(type)).map(([id, { Properties }]) => [id, Properties]);
}

type Statement = { Action: string | string[]; Resource: unknown };

/**
 * What the role of a function may do, by its part of the role's name; the push URL's is `Function`: CDK leaves out a
 * repeated `Push`.
 */
function statementsOf(part: string): Statement[] {
  const policies = Object.entries(template.findResources('AWS::IAM::Policy')).filter(([id]) =>
    id.includes(`UidPush${part}Role`),
  );
  return policies.flatMap(([, policy]) => policy.Properties.PolicyDocument.Statement);
}

/** `table`: the part of a table's name; then only what may be done to it. */
function actionsOf(part: string, table?: string): string[] {
  return statementsOf(part)
    .filter(
      ({ Resource }) => table === undefined || JSON.stringify(Resource).includes(`UidPush${table}Table`),
    )
    .flatMap(({ Action }) => Action)
    .filter((action) => !action.startsWith('logs:'))
    .sort();
}

/** With which methods that role may use connections, of this stage and no other. */
function connectionMethodsOf(part: string): string[] {
  const resources = statementsOf(part)
    .filter(({ Action }) => Action === 'execute-api:ManageConnections')
    .flatMap(({ Resource }) => Resource)
    .map((resource) => JSON.stringify(resource));
  return resources.flatMap((arn) => /\/live\/([A-Z]+)\/@connections\/\*/.exec(arn)?.[1] ?? arn).sort();
}

describe('the WebSocket API', () => {
  test('selects routes by the action member', () => {
    template.hasResourceProperties('AWS::ApiGatewayV2::Api', {
      ProtocolType: 'WEBSOCKET',
      RouteSelectionExpression: '$request.body.action',
    });
  });

  test('has exactly its eight routes, each with something behind it', () => {
    const routes = Object.values(template.findResources('AWS::ApiGatewayV2::Route'));

    expect(routes.map((route) => route.Properties.RouteKey).sort()).toEqual([
      '$connect',
      '$default',
      '$disconnect',
      'ack',
      'check',
      'ping',
      'register',
      'replay',
    ]);
    for (const route of routes) expect(route.Properties.Target).toBeDefined();
    template.resourceCountIs('AWS::ApiGatewayV2::Integration', 8);
  });

  test('answers pings without a function: by a mock integration, with a route response', () => {
    const [ping] = resourcesOf('AWS::ApiGatewayV2::Route').filter(([, { RouteKey }]) => RouteKey === 'ping');
    const mocks = resourcesOf('AWS::ApiGatewayV2::Integration').filter(
      ([, { IntegrationType }]) => IntegrationType === 'MOCK',
    );
    expect(mocks).toHaveLength(1);
    const [mockId, mock] = mocks[0]!;

    expect(ping![1]).toMatchObject({
      RouteResponseSelectionExpression: '$default',
      Target: { 'Fn::Join': ['', ['integrations/', { Ref: mockId }]] },
    });
    expect(mock).toMatchObject({
      RequestTemplates: { $default: '{"statusCode":200}' },
      TemplateSelectionExpression: '\\$default',
    });
    expect(resourcesOf('AWS::ApiGatewayV2::RouteResponse').map(([, response]) => response)).toEqual([
      expect.objectContaining({ RouteId: { Ref: ping![0] }, RouteResponseKey: '$default' }),
    ]);
  });

  test('has the pong for whichever key API Gateway selects', () => {
    const responses = resourcesOf('AWS::ApiGatewayV2::IntegrationResponse').map(([, response]) => response);

    expect(responses.map(({ IntegrationResponseKey }) => IntegrationResponseKey)).toEqual([
      '/200/',
      '$default',
    ]);
    for (const response of responses) {
      expect(response).toMatchObject({
        ResponseTemplates: { $default: '{"type":"pong"}' },
        TemplateSelectionExpression: '\\$default',
      });
    }
  });

  test('has no function, and no route, where sockets open for any origin', () => {
    const open = deployedTemplate({});
    const routes = Object.values(open.findResources('AWS::ApiGatewayV2::Route'));
    const [stage] = Object.values(open.findResources('AWS::ApiGatewayV2::Stage'));

    expect(routes.map(({ Properties }) => Properties.RouteKey)).not.toContain('$connect');
    open.resourceCountIs('AWS::Lambda::Function', 4);
    // API Gateway refuses settings for a route that isn't there.
    expect(Object.keys(stage!.Properties.RouteSettings).sort()).toEqual(
      routes.map(({ Properties }) => Properties.RouteKey).sort(),
    );
    expect(stage!.Properties.DefaultRouteSettings).toEqual({
      ThrottlingRateLimit: 500,
      ThrottlingBurstLimit: 1_000,
    });
  });

  test('deploys by itself', () => {
    template.hasResourceProperties('AWS::ApiGatewayV2::Stage', { StageName: 'live', AutoDeploy: true });
  });
});

describe('every function', () => {
  test('runs on Node 24, arm64, as one ESM file, with a timeout', () => {
    const functions = Object.values(template.findResources('AWS::Lambda::Function'));

    expect(functions).toHaveLength(5);
    for (const { Properties } of functions) {
      expect(Properties).toMatchObject({
        Runtime: 'nodejs24.x',
        Architectures: ['arm64'],
        Handler: 'index.handler',
      });
      expect(Properties.Timeout).toBeGreaterThan(0);
    }
  });

  test('logs to a group that forgets', () => {
    template.resourceCountIs('AWS::Logs::LogGroup', 5);
    template.allResourcesProperties('AWS::Logs::LogGroup', { RetentionInDays: 30 });
  });

  test('leaves out what Lambda writes of each invocation, and nothing that it writes itself', () => {
    for (const [, { LoggingConfig }] of resourcesOf('AWS::Lambda::Function')) {
      expect(LoggingConfig).toEqual({
        LogFormat: 'JSON',
        SystemLogLevel: 'WARN',
        ApplicationLogLevel: 'TRACE',
        LogGroup: { Ref: expect.any(String) },
      });
    }
  });

  test('has Lambda’s lines as text, all of them, where that is asked for', () => {
    const asText = deployedTemplate({ monitoring: true, lambdaLogFormat: 'text' });

    for (const { Properties } of Object.values(asText.findResources('AWS::Lambda::Function'))) {
      expect(Properties.LoggingConfig).toEqual({ LogFormat: 'Text', LogGroup: { Ref: expect.any(String) } });
    }
  });

  test('knows the allowed origins only where sockets open', () => {
    template.hasResourceProperties('AWS::Lambda::Function', {
      Environment: { Variables: { ALLOWED_ORIGINS: 'https://app.example' } },
    });
  });
});

describe('the functions may do', () => {
  test('nothing, to decide whether a socket opens', () => {
    expect(actionsOf('Connect')).toEqual([]);
  });

  test('what registering takes, closing older connections with it', () => {
    expect(actionsOf('Register', 'Connections')).toEqual([
      'dynamodb:BatchGetItem',
      'dynamodb:DeleteItem',
      'dynamodb:GetItem',
      'dynamodb:PutItem',
      'dynamodb:Query',
      'dynamodb:UpdateItem',
    ]);
    expect(actionsOf('Register').filter((action) => !action.startsWith('dynamodb:'))).toEqual([
      'execute-api:ManageConnections',
      'execute-api:ManageConnections',
      'execute-api:ManageConnections',
      'secretsmanager:DescribeSecret',
      'secretsmanager:GetSecretValue',
    ]);
    expect(connectionMethodsOf('Register')).toEqual(['DELETE', 'GET', 'POST']);
  });

  test('what replaying stored messages takes, and noting that they arrived', () => {
    expect(actionsOf('Register', 'Messages')).toEqual([
      'dynamodb:BatchGetItem',
      'dynamodb:GetItem',
      'dynamodb:Query',
      'dynamodb:UpdateItem',
    ]);
  });

  test('two single-item operations, to forget a closed connection', () => {
    expect(actionsOf('Disconnect')).toEqual(['dynamodb:DeleteItem', 'dynamodb:PutItem']);
  });

  test('what the push URL offers', () => {
    expect(actionsOf('Function', 'Connections')).toEqual([
      'dynamodb:DeleteItem',
      'dynamodb:GetItem',
      'dynamodb:PutItem',
      'dynamodb:Query',
      'dynamodb:Scan',
    ]);
    expect(actionsOf('Function', 'Messages')).toEqual([
      'dynamodb:BatchGetItem',
      'dynamodb:GetItem',
      'dynamodb:PutItem',
      'dynamodb:Query',
      'dynamodb:UpdateItem',
    ]);
    expect(actionsOf('Function').filter((action) => !action.startsWith('dynamodb:'))).toEqual([
      'execute-api:ManageConnections',
      'execute-api:ManageConnections',
      'execute-api:ManageConnections',
      'sqs:SendMessage',
    ]);
    expect(connectionMethodsOf('Function')).toEqual(['DELETE', 'GET', 'POST']);
  });

  test('what the tasks of broadcasts and multicasts take', () => {
    expect(actionsOf('BroadcastWorker', 'Connections')).toEqual([
      'dynamodb:DeleteItem',
      'dynamodb:Query',
      'dynamodb:Scan',
    ]);
    expect(actionsOf('BroadcastWorker', 'Messages')).toEqual([
      'dynamodb:GetItem',
      'dynamodb:PutItem',
      'dynamodb:Query',
      'dynamodb:UpdateItem',
    ]);
    expect(actionsOf('BroadcastWorker').filter((action) => !action.startsWith('dynamodb:'))).toEqual([
      'execute-api:ManageConnections',
      'execute-api:ManageConnections',
      'sqs:ChangeMessageVisibility',
      'sqs:DeleteMessage',
      'sqs:GetQueueAttributes',
      'sqs:GetQueueUrl',
      'sqs:ReceiveMessage',
      'sqs:SendMessage',
      'sqs:SendMessage',
    ]);
    expect(connectionMethodsOf('BroadcastWorker')).toEqual(['GET', 'POST']);
  });

  test('all of it on exactly these tables', () => {
    const tables = Object.keys(template.findResources('AWS::DynamoDB::GlobalTable'));
    const arns = tables.map((id) => ({ 'Fn::GetAtt': [id, 'Arn'] }));
    expect(arns).toHaveLength(2);
    for (const part of ['Register', 'Disconnect', 'Function', 'BroadcastWorker']) {
      const onTables = statementsOf(part).filter(({ Action }) =>
        [Action].flat().some((action) => action.startsWith('dynamodb:')),
      );
      for (const { Resource } of onTables) expect(arns).toContainEqual(Resource);
    }
    expect(actionsOf('Disconnect', 'Messages')).toEqual([]);
  });
});

describe('each table', () => {
  test('costs nothing while idle and expires its items', () => {
    template.allResourcesProperties('AWS::DynamoDB::GlobalTable', {
      BillingMode: 'PAY_PER_REQUEST',
      TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
    });
  });
});

describe('broadcasts', () => {
  test('go through a FIFO queue whose failures are kept for two weeks', () => {
    template.hasResourceProperties('AWS::SQS::Queue', {
      FifoQueue: true,
      SqsManagedSseEnabled: true,
      VisibilityTimeout: 40,
      RedrivePolicy: { maxReceiveCount: 5 },
    });
    template.hasResourceProperties('AWS::SQS::Queue', { FifoQueue: true, MessageRetentionPeriod: 1_209_600 });
  });

  test('have ten workers, each with a tenth of the posts per second', () => {
    template.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
      BatchSize: 1,
      ScalingConfig: { MaximumConcurrency: 10 },
    });
    template.hasResourceProperties('AWS::Lambda::Function', {
      Environment: { Variables: { POSTS_PER_SECOND: '500' } },
    });
  });
});

describe('the identity of connections', () => {
  test('is a token signed with a secret that the stack makes, by default', () => {
    template.resourceCountIs('AWS::SecretsManager::Secret', 1);
    template.hasOutput('TokenSecretName', {});
    template.hasResourceProperties('AWS::Lambda::Function', {
      Environment: { Variables: { IDENTITY: 'token' } },
    });
  });

  test('can be a provider’s, whose keys are public: there is no secret', () => {
    const provider = {
      tokenJwksUrl: 'https://id.example/keys',
      tokenIssuer: 'https://id.example',
      tokenAudience: 'push',
    };
    deployedTemplate(provider).resourceCountIs('AWS::SecretsManager::Secret', 0);
  });

  test.each(['tokenIssuer', 'tokenAudience'])('by a provider needs %s', (missing) => {
    const provider = {
      tokenJwksUrl: 'https://id.example/keys',
      tokenIssuer: 'https://id.example',
      tokenAudience: 'push',
    };
    expect(() => deployedTemplate({ ...provider, [missing]: '' })).toThrow(missing);
  });

  test('can be claimed, where that is asked for', () => {
    deployedTemplate({ identity: 'claimed' }).resourceCountIs('AWS::SecretsManager::Secret', 0);
  });
});

test('every route lets through a bounded number of requests, and the stage is made after them', () => {
  const throttle = { ThrottlingRateLimit: 500, ThrottlingBurstLimit: 1_000 };
  template.hasResourceProperties('AWS::ApiGatewayV2::Stage', {
    RouteSettings: {
      $connect: throttle,
      $disconnect: throttle,
      $default: throttle,
      register: throttle,
      ping: { ThrottlingRateLimit: 1_000, ThrottlingBurstLimit: 2_000 },
      check: throttle,
    },
  });
  const [stage] = Object.values(template.findResources('AWS::ApiGatewayV2::Stage'));
  for (const route of Object.keys(template.findResources('AWS::ApiGatewayV2::Route')))
    expect(stage!.DependsOn).toContain(route);
});

describe('with pushAuth=secret', () => {
  test('the push function checks a secret that the stack made, and only it may read that', () => {
    const withSecret = deployedTemplate({ pushAuth: 'secret', identity: 'claimed' });

    withSecret.hasResourceProperties('AWS::Lambda::Url', { AuthType: 'NONE' });
    withSecret.hasOutput('PushSecretName', {});
    const readers = Object.entries(withSecret.findResources('AWS::IAM::Policy')).filter(([, policy]) =>
      JSON.stringify(policy).includes('secretsmanager:GetSecretValue'),
    );
    expect(readers.map(([id]) => id)).toEqual([expect.stringContaining('UidPushFunctionRole')]);
  });
});

describe('the push URL', () => {
  test('lets nobody in without AWS credentials', () => {
    template.hasResourceProperties('AWS::Lambda::Url', { AuthType: 'AWS_IAM' });
    for (const permission of Object.values(template.findResources('AWS::Lambda::Permission'))) {
      expect(permission.Properties.Principal).toBe('apigateway.amazonaws.com');
    }
  });
});

test('the addresses are outputs', () => {
  template.hasOutput('WebSocketUrl', {});
  template.hasOutput('PushUrl', {});
});
