import { App } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { beforeAll, describe, expect, test } from 'vitest';
import { UidPushStack } from '../../lib/uidpush-stack.ts';

let template: Template;
beforeAll(() => {
  // Without bundling: these tests look at the template, not into the functions' code.
  const app = new App({ context: { 'aws:cdk:bundling-stacks': [], allowedOrigins: 'https://app.example' } });
  template = Template.fromStack(new UidPushStack(app, 'uidpush'));
});

type Statement = { Action: string | string[]; Resource: unknown };

/** What the role of the function whose name has `part` may do. */
function statementsOf(part: string): Statement[] {
  const policies = Object.entries(template.findResources('AWS::IAM::Policy')).filter(([id]) =>
    id.includes(`UidPush${part}Role`),
  );
  return policies.flatMap(([, policy]) => policy.Properties.PolicyDocument.Statement);
}

function actionsOf(part: string): string[] {
  return statementsOf(part)
    .flatMap(({ Action }) => Action)
    .filter((action) => !action.startsWith('logs:'))
    .sort();
}

describe('the WebSocket API', () => {
  test('selects routes by the action member', () => {
    template.hasResourceProperties('AWS::ApiGatewayV2::Api', {
      ProtocolType: 'WEBSOCKET',
      RouteSelectionExpression: '$request.body.action',
    });
  });

  test('has exactly the four routes, each with a function', () => {
    const routes = Object.values(template.findResources('AWS::ApiGatewayV2::Route'));

    expect(routes.map((route) => route.Properties.RouteKey).sort()).toEqual([
      '$connect',
      '$default',
      '$disconnect',
      'register',
    ]);
    for (const route of routes) expect(route.Properties.Target).toBeDefined();
    template.resourceCountIs('AWS::ApiGatewayV2::Integration', 4);
  });

  test('deploys by itself', () => {
    template.hasResourceProperties('AWS::ApiGatewayV2::Stage', { StageName: 'live', AutoDeploy: true });
  });
});

describe('every function', () => {
  test('runs on Node 24, arm64, as one ESM file, with a timeout', () => {
    const functions = Object.values(template.findResources('AWS::Lambda::Function'));

    expect(functions).toHaveLength(4);
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
    template.resourceCountIs('AWS::Logs::LogGroup', 4);
    template.allResourcesProperties('AWS::Logs::LogGroup', { RetentionInDays: 30 });
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

  test('three single-item operations, to register', () => {
    expect(actionsOf('Register')).toEqual(['dynamodb:DeleteItem', 'dynamodb:GetItem', 'dynamodb:PutItem']);
  });

  test('two single-item operations, to forget a closed connection', () => {
    expect(actionsOf('Disconnect')).toEqual(['dynamodb:DeleteItem', 'dynamodb:PutItem']);
  });

  test('a query, a delete and a post, to push', () => {
    expect(actionsOf('Push')).toEqual([
      'dynamodb:DeleteItem',
      'dynamodb:Query',
      'execute-api:ManageConnections',
    ]);
  });

  test('all of it on exactly this table', () => {
    const [tableId] = Object.keys(template.findResources('AWS::DynamoDB::GlobalTable'));
    for (const part of ['Register', 'Disconnect', 'Push']) {
      const onTable = statementsOf(part).filter(({ Action }) =>
        [Action].flat().some((action) => action.startsWith('dynamodb:')),
      );
      expect(onTable.map(({ Resource }) => Resource)).toEqual([{ 'Fn::GetAtt': [tableId, 'Arn'] }]);
    }
  });

  test('posts to connections of this stage, and neither read nor close them', () => {
    template.hasResourceProperties('AWS::IAM::Policy', {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({
            Action: 'execute-api:ManageConnections',
            Resource: { 'Fn::Join': ['', Match.arrayWith(['/live/POST/@connections/*'])] },
          }),
        ]),
      },
    });
  });

  test('and no more: no managed policies, no wildcard actions or resources', () => {
    for (const role of Object.values(template.findResources('AWS::IAM::Role'))) {
      expect(role.Properties.ManagedPolicyArns).toBeUndefined();
    }
    for (const policy of Object.values(template.findResources('AWS::IAM::Policy'))) {
      for (const { Action, Resource } of policy.Properties.PolicyDocument.Statement as Statement[]) {
        expect([Action].flat().filter((action) => action.includes('*'))).toEqual([]);
        expect(Resource).not.toBe('*');
      }
    }
  });
});

describe('the table', () => {
  test('costs nothing while idle and expires its items', () => {
    template.hasResourceProperties('AWS::DynamoDB::GlobalTable', {
      BillingMode: 'PAY_PER_REQUEST',
      TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
    });
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

test('nothing is there that costs money while idle', () => {
  for (const type of [
    'AWS::EC2::VPC',
    'AWS::EC2::NatGateway',
    'AWS::ElasticLoadBalancingV2::LoadBalancer',
    'AWS::ECS::Service',
    'AWS::KMS::Key',
  ]) {
    template.resourceCountIs(type, 0);
  }
});
