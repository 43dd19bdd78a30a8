import { addRoute, createRouter, findRoute } from 'rou3';
import { ProblemCode } from '../../protocol/problem.ts';
import type { FunctionUrlEvent } from './function-url-event.ts';
import { unexpectedBody, unsupportedBody } from './request-body.ts';
import { type RequestHeader, unhonouredHeader } from './request-header.ts';
import { decodePercents, parseQuery, type Query } from './request-url.ts';
import { type HttpResponse, problemResponse } from './response.ts';

export type HttpRequest = {
  event: FunctionUrlEvent;
  /** The path's variables, decoded. */
  params: Record<string, string>;
  query: Query;
};

export type Route<Dependencies> = {
  /** A route of `GET` takes `HEAD` too. */
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** `/uids/:uid`; a variable is one segment, percent-encoded UTF-8. */
  path: string;
  /** The parameters that its query may have. @default none */
  parameters?: readonly string[];
  /** Those that it may have several times. @default none */
  repeatable?: readonly string[];
  /** The `RequestHeader`s that it honours. @default none */
  headers?: readonly RequestHeader[];
  /** @default false */
  takesBody?: boolean;
  handle(request: HttpRequest, dependencies: Dependencies): Promise<HttpResponse>;
};

/**
 * Returns a function that answers a request by its route, or with a problem. One `/` at the end of a path is ignored.
 */
export function createRouting<Dependencies>(routes: readonly Route<Dependencies>[]) {
  const router = createRouter<Route<Dependencies>>();
  for (const route of routes) addRoute(router, route.method, route.path, route);

  return async (event: FunctionUrlEvent, dependencies: Dependencies): Promise<HttpResponse> => {
    const { method } = event.requestContext.http;
    const found = findRoute(router, method === 'HEAD' ? 'GET' : method, event.rawPath);
    if (found === undefined) return noRoute(event.rawPath);
    const { data: route, params: encodedParams = {} } = found;
    const params = decoded(encodedParams);
    if (params === undefined) {
      return problemResponse(ProblemCode.invalidRequest, 'the path is not percent-encoded UTF-8');
    }
    const parsed = parseQuery(event.rawQueryString, route.parameters ?? [], route.repeatable);
    if ('problem' in parsed) return parsed.problem;
    const problem =
      unhonouredHeader(event, route.headers ?? []) ??
      (route.takesBody ? unsupportedBody(event) : unexpectedBody(event));
    return problem ?? route.handle({ event, params, query: parsed.query }, dependencies);
  };

  function noRoute(path: string): HttpResponse {
    const allowed = routes.filter((route) => findRoute(router, route.method, path)?.data === route);
    if (allowed.length === 0)
      return problemResponse(ProblemCode.unknownRoute, 'there is nothing at this path');
    const methods = allowed
      .flatMap(({ method }) => (method === 'GET' ? ['GET', 'HEAD'] : [method]))
      .join(', ');
    return problemResponse(ProblemCode.wrongMethod, `this path takes ${methods}`, { allow: methods });
  }
}

function decoded(params: Record<string, string>): Record<string, string> | undefined {
  const entries: [string, string][] = [];
  for (const [name, encoded] of Object.entries(params)) {
    const value = decodePercents(encoded);
    if (value === undefined) return undefined;
    entries.push([name, value]);
  }
  return Object.fromEntries(entries);
}
