import type { Template } from './cloud-formation.ts';
import type { References } from './intrinsics.ts';
import { type InvokePermission, invokePermissions, mayServiceInvoke } from './invoke-permission.ts';
import { type MockPlan, mockPlan } from './mock-integration-plan.ts';
import { only } from './only.ts';
import { arn, executeApiHost } from './references.ts';
import { type ResourceReader, resourcesOf } from './resource-reader.ts';

export type WebSocketApiPlan = {
  apiId: string;
  /** `<api>.execute-api.<region>.amazonaws.com` */
  host: string;
  stage: string;
  /** Whether `host` is one of its names. */
  hasExecuteApi: boolean;
  /** A name of its own, and the path of its mapping, which may be empty. */
  domain: { name: string; path: string } | undefined;
  routeSelectionExpression: string;
  routes: RoutePlan[];
};

/** A route has a function behind it, or a mock integration. */
type RoutePlan = { key: string; target: FunctionTarget | MockPlan };

export type FunctionTarget = {
  functionArn: string;
  /** Whether the function lets this route invoke it. If not, deployment succeeds and every call fails. */
  mayInvoke: boolean;
};

/** The parts of one API that its routes are made of. */
type ApiParts = {
  apiAndStage: string;
  integrations: ResourceReader[];
  integrationResponses: ResourceReader[];
  routeResponses: ResourceReader[];
  permissions: InvokePermission[];
};

export function webSocketApiPlans(template: Template, references: References): WebSocketApiPlan[] {
  const of = (type: string) => resourcesOf(template, references, `AWS::ApiGatewayV2::${type}`);
  const permissions = invokePermissions(template, references);
  const apis = of('Api').filter((api) => api.text('ProtocolType') === 'WEBSOCKET');
  return apis.map((api) => {
    const ofThisApi = (part: ResourceReader) => part.text('ApiId') === api.ref;
    const stage = onlyStage(api, of('Stage').filter(ofThisApi));
    const parts: ApiParts = {
      apiAndStage: `${api.ref}/${stage}`,
      integrations: of('Integration').filter(ofThisApi),
      integrationResponses: of('IntegrationResponse').filter(ofThisApi),
      routeResponses: of('RouteResponse').filter(ofThisApi),
      permissions,
    };
    return {
      apiId: api.ref,
      host: executeApiHost(api.ref),
      stage,
      hasExecuteApi: api.value('DisableExecuteApiEndpoint') !== true,
      domain: domainOf(of('ApiMapping').filter(ofThisApi), stage),
      routeSelectionExpression: api.text('RouteSelectionExpression'),
      routes: of('Route')
        .filter(ofThisApi)
        .map((route) => routePlan(route, parts)),
    };
  });
}

function domainOf(mappings: ResourceReader[], stage: string): WebSocketApiPlan['domain'] {
  const [mapping, ...others] = mappings;
  if (!mapping) return undefined;
  if (others.length > 0) throw mapping.problem('ApiId', 'must have one mapping');
  if (mapping.text('Stage') !== stage) throw mapping.problem('Stage', 'names no stage of its API');
  return { name: mapping.text('DomainName'), path: String(mapping.value('ApiMappingKey') ?? '') };
}

function onlyStage(api: ResourceReader, stages: ResourceReader[]): string {
  const stage = only(stages, `stage of ${api.logicalId}`);
  // Without it nothing is deployed to the stage but what an AWS::ApiGatewayV2::Deployment names.
  if (stage.value('AutoDeploy') !== true) throw stage.problem('AutoDeploy', 'must be true');
  return stage.text('StageName');
}

function routePlan(route: ResourceReader, parts: ApiParts): RoutePlan {
  if ((route.value('AuthorizationType') ?? 'NONE') !== 'NONE') {
    throw route.problem('AuthorizationType', 'must be NONE: authorizers are not imitated');
  }
  const target = route.text('Target');
  const integration = parts.integrations.find(({ ref }) => target === `integrations/${ref}`);
  if (!integration) throw route.problem('Target', `names no integration of this API: ${target}`);
  const key = route.text('RouteKey');
  if (integration.text('IntegrationType') === 'MOCK') {
    return { key, target: mockOf(route, integration, parts) };
  }
  const functionArn = functionOf(integration);
  const source = arn('execute-api', `${parts.apiAndStage}/${key}`);
  const mayInvoke = mayServiceInvoke('apigateway.amazonaws.com', parts.permissions, functionArn, source);
  return { key, target: { functionArn, mayInvoke } };
}

function mockOf(
  route: ResourceReader,
  integration: ResourceReader,
  { integrationResponses, routeResponses }: ApiParts,
): MockPlan {
  if (/^\$(dis)?connect$/.test(route.text('RouteKey'))) {
    throw route.problem('Target', 'must not be a mock integration: those are imitated for messages');
  }
  return mockPlan({
    route,
    integration,
    integrationResponses: integrationResponses.filter((one) => one.text('IntegrationId') === integration.ref),
    routeResponses: routeResponses.filter((one) => one.text('RouteId') === route.ref),
  });
}

// https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis-apiid-integrations.html
const lambdaUri =
  /^arn:[^:]+:apigateway:[^:]+:lambda:path\/2015-03-31\/functions\/(?<arn>[^/]+)\/invocations$/;

function functionOf(integration: ResourceReader): string {
  if (integration.text('IntegrationType') !== 'AWS_PROXY') {
    throw integration.problem('IntegrationType', 'must be AWS_PROXY or MOCK: others are not imitated');
  }
  const uri = integration.text('IntegrationUri');
  const functionArn = lambdaUri.exec(uri)?.groups?.arn;
  if (!functionArn) throw integration.problem('IntegrationUri', `names no Lambda function: ${uri}`);
  return functionArn;
}
