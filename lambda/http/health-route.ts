import type { Health } from '../../protocol/push-api.ts';
import type { FunctionUrlEvent } from './function-url-event.ts';
import { jsonResponse } from './response.ts';
import type { Route } from './router.ts';

export const healthRoute: Route<unknown> = {
  method: 'GET',
  path: '/health',
  handle: async () => jsonResponse({ status: 'ok' } satisfies Health),
};

/** Needs no credentials: it reads and writes nothing. Its paths and methods are those that the router takes for this route. */
export function isHealthCheck(event: FunctionUrlEvent): boolean {
  const { method } = event.requestContext.http;
  return (method === 'GET' || method === 'HEAD') && event.rawPath.replace(/\/$/, '') === healthRoute.path;
}
