import type { Health } from '../../protocol/push-api.ts';
import type { FunctionUrlEvent } from './function-url-event.ts';
import { jsonResponse } from './response.ts';
import type { Route } from './router.ts';

export const healthRoute: Route<unknown> = {
  method: 'GET',
  path: '/health',
  handle: async () => jsonResponse({ status: 'ok' } satisfies Health),
};

/** Needs no credentials: it reads and writes nothing. */
export function isHealthCheck(event: FunctionUrlEvent): boolean {
  return event.rawPath === healthRoute.path && event.requestContext.http.method === healthRoute.method;
}
