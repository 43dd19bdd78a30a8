import type { Template } from './cloud-formation.ts';
import type { References } from './intrinsics.ts';
import { type InvokePermission, invokePermissions, mayServiceInvoke } from './invoke-permission.ts';
import { only } from './only.ts';
import { arn, executeApiHost } from './references.ts';
import { type ResourceReader, resourcesOf } from './resource-reader.ts';

export type WebSocketApiPlan = {
  apiId: string;
  /** `<api>.execute-api.<region>.amazonaws.com` */
  host: string;
  stage: string;
  routeSelectionExpression: string;
  routes: RoutePlan[];
};

type RoutePlan = {
  key: string;
  functionArn: string;
  /** Whether the function lets this route invoke it. If not, deployment succeeds and every call fails. */
  mayInvoke: boolean;
};

export function webSocketApiPlans(template: Template, references: References): WebSocketApiPlan[] {
  const of = (type: string) => resourcesOf(template, references, `AWS::ApiGatewayV2::${type}`);
  const permissions = invokePermissions(template, references);
  return of('Api').map((api) => {
    if (api.text('ProtocolType') !== 'WEBSOCKET') throw api.problem('ProtocolType', 'must be WEBSOCKET');
    const ofThisApi = (part: ResourceReader) => part.text('ApiId') === api.ref;
    const stage = onlyStage(api, of('Stage').filter(ofThisApi));
    const integrations = of('Integration').filter(ofThisApi);
    return {
      apiId: api.ref,
      host: executeApiHost(api.ref),
      stage,
      routeSelectionExpression: api.text('RouteSelectionExpression'),
      routes: of('Route')
        .filter(ofThisApi)
        .map((route) => routePlan(route, integrations, `${api.ref}/${stage}`, permissions)),
    };
  });
}

function onlyStage(api: ResourceReader, stages: ResourceReader[]): string {
  const stage = only(stages, `stage of ${api.logicalId}`);
  // Without it nothing is deployed to the stage but what an AWS::ApiGatewayV2::Deployment names.
  if (stage.value('AutoDeploy') !== true) throw stage.problem('AutoDeploy', 'must be true');
  return stage.text('StageName');
}

function routePlan(
  route: ResourceReader,
  integrations: ResourceReader[],
  apiAndStage: string,
  permissions: InvokePermission[],
): RoutePlan {
  if ((route.value('AuthorizationType') ?? 'NONE') !== 'NONE') {
    throw route.problem('AuthorizationType', 'must be NONE: authorizers are not imitated');
  }
  const target = route.text('Target');
  const integration = integrations.find(({ ref }) => target === `integrations/${ref}`);
  if (!integration) throw route.problem('Target', `names no integration of this API: ${target}`);
  const functionArn = functionOf(integration);
  const key = route.text('RouteKey');
  const source = arn('execute-api', `${apiAndStage}/${key}`);
  return {
    key,
    functionArn,
    mayInvoke: mayServiceInvoke('apigateway.amazonaws.com', permissions, functionArn, source),
  };
}

// https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis-apiid-integrations.html
const lambdaUri =
  /^arn:[^:]+:apigateway:[^:]+:lambda:path\/2015-03-31\/functions\/(?<arn>[^/]+)\/invocations$/;

function functionOf(integration: ResourceReader): string {
  if (integration.text('IntegrationType') !== 'AWS_PROXY') {
    throw integration.problem('IntegrationType', 'must be AWS_PROXY: only Lambda proxies are imitated');
  }
  const uri = integration.text('IntegrationUri');
  const functionArn = lambdaUri.exec(uri)?.groups?.arn;
  if (!functionArn) throw integration.problem('IntegrationUri', `names no Lambda function: ${uri}`);
  return functionArn;
}
