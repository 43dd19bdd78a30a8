import type { Health } from '../../protocol/push-api.ts';
import type { FunctionUrlEvent } from './function-url-event.ts';
import { jsonResponse } from './response.ts';
import type { Route } from './router.ts';

export const healthRoute: Route<unknown> = {
  method: 'GET',
  path: '/health',
  handle: async () => jsonResponse({ status: 'ok' } satisfies Health),
};

/**
 * Whether a request is one that the router takes for `healthRoute`. It needs no credentials: it reads and writes
 * nothing.
 */
export function isHealthCheck(event: FunctionUrlEvent): boolean {
  const { method } = event.requestContext.http;
  return (method === 'GET' || method === 'HEAD') && event.rawPath.replace(/\/$/, '') === healthRoute.path;
}
