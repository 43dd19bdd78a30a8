import type { Template } from './cloud-formation.ts';
import type { FunctionUrlPlan } from './function-url-plan.ts';
import type { References } from './intrinsics.ts';
import { type InvokePermission, invokePermissions, mayServiceInvoke } from './invoke-permission.ts';
import { only } from './only.ts';
import { arn, executeApiHost } from './references.ts';
import { type ResourceReader, resourcesOf } from './resource-reader.ts';

/**
 * The HTTP APIs that stand where function URLs are: all requests of one are its function's, in payload format 2.0, as
 * those of a function URL are.
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */
export function httpApiPlans(template: Template, references: References): FunctionUrlPlan[] {
  const of = (type: string) => resourcesOf(template, references, `AWS::ApiGatewayV2::${type}`);
  const permissions = invokePermissions(template, references);
  return of('Api')
    .filter((api) => api.text('ProtocolType') === 'HTTP')
    .map((api) => {
      const ofThisApi = (part: ResourceReader) => part.text('ApiId') === api.ref;
      const stage = only(of('Stage').filter(ofThisApi), `stage of ${api.logicalId}`);
      if (stage.text('StageName') !== '$default') throw stage.problem('StageName', 'must be $default');
      const route = only(of('Route').filter(ofThisApi), `route of ${api.logicalId}`);
      return httpApiPlan(api, route, of('Integration').filter(ofThisApi), permissions);
    });
}

function httpApiPlan(
  api: ResourceReader,
  route: ResourceReader,
  integrations: readonly ResourceReader[],
  permissions: readonly InvokePermission[],
): FunctionUrlPlan {
  if (route.text('RouteKey') !== '$default') throw route.problem('RouteKey', 'must be $default');
  const target = route.text('Target');
  const integration = integrations.find(({ ref }) => target === `integrations/${ref}`);
  if (!integration) throw route.problem('Target', `names no integration of this API: ${target}`);
  if (
    integration.text('IntegrationType') !== 'AWS_PROXY' ||
    integration.text('PayloadFormatVersion') !== '2.0'
  ) {
    throw integration.problem('IntegrationType', 'must be AWS_PROXY, with the payload format 2.0');
  }
  const functionArn = integration.text('IntegrationUri');
  const source = arn('execute-api', `${api.ref}/$default/$default`);
  return {
    url: `https://${executeApiHost(api.ref)}/`,
    functionArn,
    authType: authTypeOf(route),
    mayInvoke: mayServiceInvoke('apigateway.amazonaws.com', permissions, functionArn, source),
    decodesPath: true,
  };
}

function authTypeOf(route: ResourceReader): FunctionUrlPlan['authType'] {
  const type = route.text('AuthorizationType');
  if (type === 'AWS_IAM' || type === 'NONE') return type;
  throw route.problem('AuthorizationType', 'must be AWS_IAM or NONE: other authorizers are not imitated');
}
