import type { Route } from '../../lambda/http/router.ts';
import { allRoutes } from '../../lambda/routes.ts';

export type RouteRequest = {
  method: string;
  path: string;
  body?: string;
  /** Of the body, where the route does not take any. */
  type?: string;
};

/** Values of the variables that paths of routes have. */
type Variables = { uid: string; seq: string; id: string; connectionId: string; group: string };

const examples: Variables = {
  uid: 'u1',
  seq: '1',
  id: '0b8f6f4e-5c1d-4a53-9d6c-6f2f6f1f2a11',
  connectionId: 'L0SM9cOFvHcCIhw=',
  group: 'g1',
};

/**
 * A request of each route of the push URL, which the route can answer. Paths have no leading slash, as they follow a
 * URL.
 */
export function routeRequests(variables: Partial<Variables> = {}): RouteRequest[] {
  const values: Record<string, string> = { ...examples, ...variables };
  return allRoutes.map((route) => requestOf(route, values));
}

function requestOf({ method, path }: Route<never>, values: Record<string, string>): RouteRequest {
  const filled = path.slice(1).replaceAll(/:(\w+)/g, (_, name: string) => {
    const value = values[name];
    if (value === undefined) throw new Error(`There is no value of the variable ${name}.`);
    return value;
  });
  if (path === '/multicast') {
    const body = `${JSON.stringify({ uids: [values.uid] })}\n{}`;
    return { method, path: filled, body, type: 'application/x-ndjson' };
  }
  if (method === 'POST' && path === '/presence') {
    return { method, path: filled, body: JSON.stringify({ uids: [values.uid] }) };
  }
  return { method, path: filled, ...(method === 'POST' && { body: JSON.stringify({ uid: values.uid }) }) };
}
