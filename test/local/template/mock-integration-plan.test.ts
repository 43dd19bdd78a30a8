import { describe, expect, test } from 'vitest';
import type { Resource } from '../../../local/template/cloud-formation.ts';
import { planOf } from '../../../local/template/plan.ts';
import { assemblyOf, someResources } from './a-template.ts';

const api = { ApiId: { Ref: 'Api' } };
const expression = { TemplateSelectionExpression: '\\$default' };

/** A route `ping` with a mock integration, as the CDK writes it. */
function mockResources(): Record<string, Resource> {
  return {
    Ping: {
      Type: 'AWS::ApiGatewayV2::Route',
      Properties: {
        ...api,
        AuthorizationType: 'NONE',
        RouteKey: 'ping',
        RouteResponseSelectionExpression: '$default',
        Target: { 'Fn::Join': ['', ['integrations/', { Ref: 'Mock' }]] },
      },
    },
    PingResponse: {
      Type: 'AWS::ApiGatewayV2::RouteResponse',
      Properties: { ...api, RouteId: { Ref: 'Ping' }, RouteResponseKey: '$default' },
    },
    Mock: {
      Type: 'AWS::ApiGatewayV2::Integration',
      Properties: {
        ...api,
        ...expression,
        IntegrationType: 'MOCK',
        RequestTemplates: { $default: '{"statusCode":200}' },
      },
    },
    Ok: integrationResponse('/200/', 'ok'),
    Default: integrationResponse('$default', 'default'),
  };
}

function integrationResponse(key: string, text: string): Resource {
  return {
    Type: 'AWS::ApiGatewayV2::IntegrationResponse',
    Properties: {
      ...api,
      ...expression,
      IntegrationId: { Ref: 'Mock' },
      IntegrationResponseKey: key,
      ResponseTemplates: { $default: text },
    },
  };
}

type Change = (resources: Record<string, Resource>) => void;

function targetAfter(change: Change = () => {}): unknown {
  const resources = { ...someResources(), ...mockResources() };
  change(resources);
  const [plan] = planOf(assemblyOf(resources)).webSocketApis;
  return plan?.routes.find(({ key }) => key === 'ping')?.target;
}

const set =
  (name: string, properties: Record<string, unknown>): Change =>
  (resources) =>
    Object.assign(resources[name]!.Properties!, properties);

const without =
  (...names: string[]): Change =>
  (resources) => {
    for (const name of names) delete resources[name];
  };

describe('a route with a mock integration', () => {
  test('answers by the response for its status', () => {
    expect(targetAfter()).toEqual({ answer: 'ok' });
  });

  test.each<[string, Change]>([
    ['there is no other', without('Ok')],
    ['the others are for another status', set('Ok', { IntegrationResponseKey: '/4\\d\\d/' })],
    ['the others match only a part of the status', set('Ok', { IntegrationResponseKey: '/20/' })],
    ['its key is no expression', set('Ok', { IntegrationResponseKey: '200' })],
  ])('answers by $default where %s', (_, change) => {
    expect(targetAfter(change)).toEqual({ answer: 'default' });
  });

  test.each<[string, Change]>([
    ['has no response', without('PingResponse')],
    ['selects none', set('Ping', { RouteResponseSelectionExpression: undefined })],
  ])('answers nothing where the route %s', (_, change) => {
    expect(targetAfter(change)).toEqual({ answer: undefined });
  });
});

test.each<[string, Change, string]>([
  ['has no response for its status', without('Ok', 'Default'), 'no response of it is for 200'],
  [
    'has no status',
    set('Mock', { RequestTemplates: { $default: '{}' } }),
    'must make an object with a statusCode',
  ],
  ['has no template', set('Mock', { RequestTemplates: {} }), 'must have a template $default'],
  [
    'has an answer with a variable',
    set('Ok', { ResponseTemplates: { $default: '$context.connectionId' } }),
    'must be fixed text',
  ],
  [
    'has an answer with a directive',
    set('Ok', { ResponseTemplates: { $default: '#set(1)' } }),
    'must be fixed text',
  ],
  [
    'selects templates by the message',
    set('Ok', { TemplateSelectionExpression: '$request.body.kind' }),
    'TemplateSelectionExpression',
  ],
  ['decides of sockets', set('Ping', { RouteKey: '$connect' }), 'imitated for messages'],
])('a mock integration that %s is refused', (_, change, problem) => {
  expect(() => targetAfter(change)).toThrow(problem);
});
