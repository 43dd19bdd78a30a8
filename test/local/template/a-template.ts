import type { Assembly } from '../../../local/template/assembly.ts';
import type { Resource } from '../../../local/template/cloud-formation.ts';

const region = { Ref: 'AWS::Region' };
const account = { Ref: 'AWS::AccountId' };
const urlSuffix = { Ref: 'AWS::URLSuffix' };

function join(...parts: unknown[]) {
  return { 'Fn::Join': ['', parts] };
}

/**
 * The resources of a small WebSocket stack as the CDK writes them: one function behind one route and a URL, and a
 * table.
 */
export function someResources(): Record<string, Resource> {
  return {
    Table: {
      Type: 'AWS::DynamoDB::GlobalTable',
      Properties: {
        AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
        BillingMode: 'PAY_PER_REQUEST',
        KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
        Replicas: [{ Region: { Ref: 'AWS::Region' } }],
        TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
      },
    },
    Role: { Type: 'AWS::IAM::Role', Properties: { AssumeRolePolicyDocument: {} } },
    Push: {
      Type: 'AWS::Lambda::Function',
      Properties: {
        Code: { S3Bucket: join('assets-', { Ref: 'AWS::AccountId' }), S3Key: 'abc.zip' },
        Environment: {
          Variables: {
            TABLE_NAME: { Ref: 'Table' },
            CONNECTIONS_URL: join(
              'https://',
              { Ref: 'Api' },
              '.execute-api.',
              region,
              '.',
              urlSuffix,
              '/live',
            ),
          },
        },
        Handler: 'index.handler',
        MemorySize: 512,
        Role: { 'Fn::GetAtt': ['Role', 'Arn'] },
        Runtime: 'nodejs24.x',
        Timeout: 25,
      },
    },
    Url: {
      Type: 'AWS::Lambda::Url',
      Properties: { AuthType: 'AWS_IAM', TargetFunctionArn: { 'Fn::GetAtt': ['Push', 'Arn'] } },
    },
    Api: {
      Type: 'AWS::ApiGatewayV2::Api',
      Properties: {
        Name: 'Api',
        ProtocolType: 'WEBSOCKET',
        RouteSelectionExpression: '$request.body.action',
      },
    },
    Stage: {
      Type: 'AWS::ApiGatewayV2::Stage',
      Properties: { ApiId: { Ref: 'Api' }, AutoDeploy: true, StageName: 'live' },
    },
    Route: {
      Type: 'AWS::ApiGatewayV2::Route',
      Properties: {
        ApiId: { Ref: 'Api' },
        AuthorizationType: 'NONE',
        RouteKey: '$connect',
        Target: join('integrations/', { Ref: 'Integration' }),
      },
    },
    Integration: {
      Type: 'AWS::ApiGatewayV2::Integration',
      Properties: {
        ApiId: { Ref: 'Api' },
        IntegrationType: 'AWS_PROXY',
        IntegrationUri: join(
          'arn:aws:apigateway:',
          region,
          ':lambda:path/2015-03-31/functions/',
          { 'Fn::GetAtt': ['Push', 'Arn'] },
          '/invocations',
        ),
      },
    },
    Permission: {
      Type: 'AWS::Lambda::Permission',
      Properties: {
        Action: 'lambda:InvokeFunction',
        FunctionName: { 'Fn::GetAtt': ['Push', 'Arn'] },
        Principal: 'apigateway.amazonaws.com',
        SourceArn: join('arn:aws:execute-api:', region, ':', account, ':', { Ref: 'Api' }, '/*$connect'),
      },
    },
  };
}

/** An assembly whose template has `resources`. */
export function assemblyOf(resources: Record<string, Resource>): Assembly {
  return {
    stackName: 'uidpush',
    template: {
      Resources: resources,
      Outputs: { PushUrl: { Value: { 'Fn::GetAtt': ['Url', 'FunctionUrl'] } } },
    },
    assetDirectories: new Map([['abc.zip', '/assembly/asset.abc']]),
  };
}
