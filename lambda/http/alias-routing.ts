import type { FunctionUrlEvent } from './function-url-event.ts';
import type { HttpResponse } from './response.ts';
import { createRouting, type Route } from './router.ts';

/**
 * Routing by what the function was called by: an alias of `byAlias` offers its routes alone, anything else offers all. Each alias has a
 * URL of its own, and who may call one may not call another.
 */
export function createAliasRouting<Service>(
  all: readonly Route<Service>[],
  byAlias: Record<string, readonly Route<Service>[]>,
) {
  const routeAll = createRouting(all);
  const routeByAlias = new Map(
    Object.entries(byAlias).map(([alias, routes]) => [alias, createRouting(routes)]),
  );

  return (invokedArn: string, event: FunctionUrlEvent, service: Service): Promise<HttpResponse> => {
    const route = routeByAlias.get(aliasOf(invokedArn)) ?? routeAll;
    return route(event, service);
  };
}

/**
 * `arn:aws:lambda:<region>:<account>:function:<name>` and, where it was called by an alias, `:<alias>`.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/nodejs-context.html
 */
function aliasOf(invokedArn: string): string {
  return invokedArn.split(':')[7] ?? '';
}
