import { parseJson } from '../../protocol/json-text.ts';
import type { ResourceReader } from './resource-reader.ts';

/** A route that API Gateway answers by itself. */
export type MockPlan = {
  /** The frame that the caller gets; `undefined` where the route has no route response, and so is one-way. */
  answer: string | undefined;
};

/** Parts of a route with a mock integration. */
export type MockParts = {
  route: ResourceReader;
  integration: ResourceReader;
  /** Those of `integration`. */
  integrationResponses: readonly ResourceReader[];
  /** Those of `route`. */
  routeResponses: readonly ResourceReader[];
};

/** An expression that stands for the key `$default`, whatever the message is. The dollar sign is escaped. */
const defaultExpression = '\\$default';

/**
 * The request template names a status; the response of the integration with that status as its key, or else the one
 * with the key `$default`, has the template of the answer.
 * Sources:
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-integration-responses.html
 * and https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-selection-expressions.html
 *
 * Templates are fixed text here, so the answer is known before the first message. Any other is refused.
 */
export function mockPlan({ route, integration, integrationResponses, routeResponses }: MockParts): MockPlan {
  const status = statusOf(integration);
  if (!hasRouteResponse(route, routeResponses)) return { answer: undefined };
  const response =
    integrationResponses.find((one) => matchesStatus(one, status)) ??
    integrationResponses.find((one) => one.text('IntegrationResponseKey') === '$default');
  if (!response) throw integration.problem('RequestTemplates', `no response of it is for ${status}`);
  return { answer: fixedTemplate(response, 'ResponseTemplates') };
}

function statusOf(integration: ResourceReader): number {
  const text = fixedTemplate(integration, 'RequestTemplates');
  const { statusCode } = Object(parseJson(text)) as { statusCode?: unknown };
  if (typeof statusCode === 'number') return statusCode;
  throw integration.problem('RequestTemplates', `must make an object with a statusCode: ${text}`);
}

/** Both say that a route is two-way: its expression, and the response that it selects, `$default`. */
function hasRouteResponse(route: ResourceReader, routeResponses: readonly ResourceReader[]): boolean {
  const isSelected = route.value('RouteResponseSelectionExpression') === '$default';
  const isThere = routeResponses.some((response) => response.text('RouteResponseKey') === '$default');
  return isSelected && isThere;
}

/** A key between slashes is a regular expression. */
function matchesStatus(response: ResourceReader, status: number): boolean {
  const key = response.text('IntegrationResponseKey');
  const pattern = /^\/(.+)\/$/.exec(key)?.[1];
  return pattern === undefined ? false : new RegExp(`^(?:${pattern})$`).test(String(status));
}

function fixedTemplate(resource: ResourceReader, property: 'RequestTemplates' | 'ResponseTemplates'): string {
  const expression = resource.text('TemplateSelectionExpression');
  if (expression !== defaultExpression) {
    throw resource.problem('TemplateSelectionExpression', `must be ${defaultExpression}: ${expression}`);
  }
  const { $default: template } = Object(resource.value(property)) as { $default?: unknown };
  if (typeof template !== 'string') throw resource.problem(property, 'must have a template $default');
  // https://velocity.apache.org/engine/devel/vtl-reference.html
  if (/[#$]/.test(template)) {
    throw resource.problem(
      property,
      `must be fixed text: variables and directives are not imitated: ${template}`,
    );
  }
  return template;
}
