import { describe, expect, test } from 'vitest';
import { planOf } from '../../../local/template/plan.ts';
import type { FunctionTarget } from '../../../local/template/websocket-api-plan.ts';
import { assemblyOf, someResources } from './a-template.ts';

/** The plan of the small stack after `change`. */
function planAfter(change: (properties: Record<string, Record<string, unknown>>) => void) {
  const resources = someResources();
  change(Object.fromEntries(Object.entries(resources).map(([id, { Properties = {} }]) => [id, Properties])));
  return planOf(assemblyOf(resources));
}

const plan = planAfter(() => {});
const [push] = plan.functions;
const [api] = plan.webSocketApis;

describe('what a template declares', () => {
  test('is a table with its keys and its TTL attribute, named as CloudFormation names it', () => {
    expect(plan.tables).toEqual([
      {
        name: expect.stringMatching(/^uidpush-Table-[0-9A-Z]{12}$/),
        attributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
        keySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
        timeToLiveAttribute: 'expiresAt',
      },
    ]);
  });

  test('is a function with its bundle, limits and environment', () => {
    expect(push).toEqual({
      version: '$LATEST',
      logicalId: 'Push',
      name: expect.stringMatching(/^uidpush-Push-[0-9A-Z]{12}$/),
      arn: `arn:aws:lambda:us-east-1:000000000000:function:${push?.name}`,
      assetDirectory: '/assembly/asset.abc',
      handler: 'index.handler',
      environment: {
        TABLE_NAME: plan.tables[0]?.name,
        CONNECTIONS_URL: `https://${api?.apiId}.execute-api.us-east-1.amazonaws.com/live`,
      },
      timeoutMs: 25_000,
      memoryMb: 512,
    });
  });

  test('is a WebSocket API whose routes name their functions', () => {
    expect(plan.webSocketApis).toEqual([
      {
        apiId: expect.stringMatching(/^[0-9a-z]{10}$/),
        host: `${api?.apiId}.execute-api.us-east-1.amazonaws.com`,
        stage: 'live',
        hasExecuteApi: true,
        domain: undefined,
        routeSelectionExpression: '$request.body.action',
        routes: [{ key: '$connect', target: { functionArn: push?.arn, mayInvoke: true } }],
      },
    ]);
  });

  test('is a WebSocket API with a name of its own, and its path', () => {
    const resources = someResources();
    Object.assign(resources.Api!.Properties!, { DisableExecuteApiEndpoint: true });
    resources.Name = {
      Type: 'AWS::ApiGatewayV2::DomainName',
      Properties: { DomainName: 'push.example.com' },
    };
    resources.Mapping = {
      Type: 'AWS::ApiGatewayV2::ApiMapping',
      Properties: {
        ApiId: { Ref: 'Api' },
        ApiMappingKey: 'push/v1',
        DomainName: { Ref: 'Name' },
        Stage: 'live',
      },
    };

    expect(planOf(assemblyOf(resources)).webSocketApis[0]).toMatchObject({
      hasExecuteApi: false,
      domain: { name: 'push.example.com', path: 'push/v1' },
    });
  });

  test('is a function URL, which outputs can name', () => {
    const url = expect.stringMatching(/^https:\/\/[0-9a-z]{32}\.lambda-url\.us-east-1\.on\.aws\/$/);
    expect(plan.functionUrls).toEqual([
      { url, functionArn: push?.arn, authType: 'AWS_IAM', mayInvoke: true, decodesPath: false },
    ]);
    expect(plan.outputs.get('PushUrl')).toBe(plan.functionUrls[0]?.url);
  });

  test('gets the same names each time', () => {
    expect(planOf(assemblyOf(someResources()))).toEqual(plan);
  });

  test("is a function with Lambda's own limits where it sets none", () => {
    const { functions } = planAfter(({ Push }) => {
      delete Push!.Timeout;
      delete Push!.MemorySize;
    });
    expect(functions[0]).toMatchObject({ timeoutMs: 3_000, memoryMb: 128 });
  });

  test('is a table without TTL where that is off', () => {
    const { tables } = planAfter(({ Table }) => {
      Table!.TimeToLiveSpecification = { Enabled: false, AttributeName: 'expiresAt' };
    });
    expect(tables[0]?.timeToLiveAttribute).toBeUndefined();
  });
});

// https://docs.aws.amazon.com/lambda/latest/dg/access-control-resource-based.html
describe('a route may invoke its function', () => {
  const mayInvoke = (change: (permission: Record<string, unknown>) => void) => {
    const { webSocketApis } = planAfter(({ Permission }) => change(Permission!));
    return (webSocketApis[0]!.routes[0]!.target as FunctionTarget).mayInvoke;
  };
  const sourceArn = (path: string) => ({ SourceArn: `arn:aws:execute-api:us-east-1:000000000000:${path}` });

  test.each([
    ['its own stage', sourceArn(`${api?.apiId}/live/$connect`), true],
    ['any stage', sourceArn(`${api?.apiId}/*/$connect`), true],
    ['any source', { SourceArn: undefined }, true],
    ["the function's name", { FunctionName: { Ref: 'Push' } }, true],
    ['another route', sourceArn(`${api?.apiId}/*$disconnect`), false],
    ['another stage', sourceArn(`${api?.apiId}/test/$connect`), false],
    ['another API', sourceArn('other/*$connect'), false],
    ['another service', { Principal: 's3.amazonaws.com' }, false],
    ['another action', { Action: 'lambda:GetFunction' }, false],
    ['another function', { FunctionName: 'arn:aws:lambda:us-east-1:000000000000:function:other' }, false],
  ])('by a permission for %s', (_, properties, expected) => {
    expect(mayInvoke((permission) => Object.assign(permission, properties))).toBe(expected);
  });
});

describe('a template that would not work here as on AWS is refused', () => {
  test.each<[string, (properties: Record<string, Record<string, unknown>>) => void, string]>([
    [
      'a property that nothing imitates',
      ({ Push }) => Object.assign(Push!, { Layers: [] }),
      'Push: the property Layers',
    ],
    [
      'an authorizer',
      ({ Route }) => Object.assign(Route!, { AuthorizationType: 'CUSTOM' }),
      'Route.AuthorizationType',
    ],
    [
      'another integration',
      ({ Integration }) => Object.assign(Integration!, { IntegrationType: 'HTTP' }),
      'Integration.IntegrationType',
    ],
    [
      'an HTTP API of several stages',
      ({ Api }) => Object.assign(Api!, { ProtocolType: 'HTTP' }),
      'Stage.StageName',
    ],
    [
      'a route to nowhere',
      ({ Route }) => Object.assign(Route!, { Target: 'integrations/x' }),
      'Route.Target',
    ],
    [
      'an integration of no function',
      ({ Integration }) => Object.assign(Integration!, { IntegrationUri: 'arn:x' }),
      'Integration.IntegrationUri',
    ],
    [
      'a stage that nobody deploys to',
      ({ Stage }) => Object.assign(Stage!, { AutoDeploy: false }),
      'Stage.AutoDeploy',
    ],
    [
      'provisioned capacity',
      ({ Table }) => Object.assign(Table!, { BillingMode: 'PROVISIONED' }),
      'Table.BillingMode',
    ],
    ['code that is no asset', ({ Push }) => Object.assign(Push!, { Code: { ZipFile: '' } }), 'Push.Code'],
    [
      'a variable that is not text',
      ({ Push }) => Object.assign(Push!, { Environment: { Variables: { N: 1 } } }),
      'Push.Environment.Variables.N',
    ],
  ])('%s', (_, change, message) => {
    expect(() => planAfter(change)).toThrow(message);
  });

  test('a resource of a type that it does not know', () => {
    const resources = { ...someResources(), Bucket: { Type: 'AWS::S3::Bucket' } };
    expect(() => planOf(assemblyOf(resources))).toThrow(
      "Bucket: AWS::S3::Bucket can't be run on this machine",
    );
  });

  test('a resource that is there only under a condition', () => {
    const resources = someResources();
    resources.Table!.Condition = 'InEurope';
    expect(() => planOf(assemblyOf(resources))).toThrow('Table: conditions (InEurope) are not supported');
  });

  test('an API without a stage', () => {
    const { Stage, ...resources } = someResources();
    expect(() => planOf(assemblyOf(resources))).toThrow('stage of Api');
  });
});
