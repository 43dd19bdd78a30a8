import { parseJson } from '../../protocol/json-text.ts';
/**
 * Which route a message takes.
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/websocket-api-develop-routes.html
 */

/** The routes that API Gateway calls on its own account. */
export const PredefinedRoute = {
  connect: '$connect',
  disconnect: '$disconnect',
  default: '$default',
} as const;

/** The route key for a message's text, or `undefined` when no route takes it. */
export type SelectRoute = (body: string) => string | undefined;

/**
 * Reads a route selection expression of the form `$request.body.<path>`, such as `$request.body.action` or
 * `$request.body.meta.kind`. Throws a `TypeError` for any other.
 *
 * A message that is not JSON, lacks the member or names no route takes `$default`. So does one that names a route whose
 * key begins with `$`: AWS does not say what `{"action":"$disconnect"}` does, and a client that could call `$connect`
 * or `$disconnect` at will could feed their functions forged events.
 */
export function routeSelector(expression: string, routeKeys: Iterable<string>): SelectRoute {
  const path = /^\$request\.body\.([\w-]+(?:\.[\w-]+)*)$/.exec(expression)?.[1]?.split('.');
  if (!path) throw new TypeError(`route selection expression ${expression} is not $request.body.<path>`);

  const all = new Set(routeKeys);
  const selectable = new Set([...all].filter((key) => !key.startsWith('$')));
  const fallback = all.has(PredefinedRoute.default) ? PredefinedRoute.default : undefined;
  return (body) => {
    const key = textAt(parseJson(body), path);
    return key !== undefined && selectable.has(key) ? key : fallback;
  };
}

/**
 * The value as the text that is compared with route keys. Objects and `null` are taken for no value: AWS does not say.
 */
function textAt(value: unknown, path: readonly string[]): string | undefined {
  let found = value;
  for (const name of path) {
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, name)) return undefined;
    found = (found as Record<string, unknown>)[name];
  }
  return typeof found === 'object' || found === undefined ? undefined : String(found);
}
