import { addRoute, createRouter, findRoute } from 'rou3';
import { ProblemCode } from '../../protocol/problem.ts';
import type { FunctionUrlEvent } from './function-url-event.ts';
import { type HttpResponse, problemResponse } from './response.ts';

export type HttpRequest = {
  event: FunctionUrlEvent;
  /** The path's variables, decoded. */
  params: Record<string, string>;
  query: URLSearchParams;
};

export type Route<Service> = {
  method: 'GET' | 'POST' | 'DELETE';
  /** `/uids/:uid`; a variable is one segment, percent-encoded UTF-8. */
  path: string;
  handle(request: HttpRequest, service: Service): Promise<HttpResponse>;
};

/** Finds the route of a request and what it answers; what no route fits is a problem. */
export function createRouting<Service>(routes: readonly Route<Service>[]) {
  const router = createRouter<Route<Service>>();
  for (const route of routes) addRoute(router, route.method, route.path, route);

  return async (event: FunctionUrlEvent, service: Service): Promise<HttpResponse> => {
    const { method } = event.requestContext.http;
    const found = findRoute(router, method, event.rawPath);
    if (found === undefined) return noRoute(event.rawPath);
    const params = decoded(found.params ?? {});
    if (params === undefined) {
      return problemResponse(ProblemCode.invalidRequest, 'the path is not percent-encoded UTF-8');
    }
    return found.data.handle({ event, params, query: new URLSearchParams(event.rawQueryString) }, service);
  };

  function noRoute(path: string): HttpResponse {
    const allowed = routes.filter((route) => findRoute(router, route.method, path)?.data === route);
    if (allowed.length === 0)
      return problemResponse(ProblemCode.unknownRoute, 'there is nothing at this path');
    const methods = allowed.map(({ method }) => method).join(', ');
    return problemResponse(ProblemCode.wrongMethod, `this path takes ${methods}`, { allow: methods });
  }
}

function decoded(params: Record<string, string>): Record<string, string> | undefined {
  try {
    return Object.fromEntries(
      Object.entries(params).map(([name, value]) => [name, decodeURIComponent(value)]),
    );
  } catch (error) {
    if (error instanceof URIError) return undefined;
    throw error;
  }
}
