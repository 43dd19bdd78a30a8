import type { FunctionOutcome, Invoke } from '../functions/function-outcome.ts';

/** Integration of a route: a function, or a mock integration, which sends its answer, if it has one, by itself. */
export type RouteTarget = Invoke | { answer: string | undefined };

/** The routes, by their keys. After `stop` no function is invoked any more. */
export class Routes {
  readonly #targets: ReadonlyMap<string, RouteTarget>;
  #stopped = false;

  constructor(targets: ReadonlyMap<string, RouteTarget>) {
    this.#targets = targets;
  }

  /** Invokes the route's function; `undefined` when there is none, for want of such a route. Never rejects. */
  async invoke(routeKey: string, event: unknown): Promise<FunctionOutcome | undefined> {
    const invoke = this.#targets.get(routeKey);
    if (typeof invoke !== 'function' || this.#stopped) return undefined;
    try {
      return await invoke(event);
    } catch (error) {
      // To API Gateway a function that could not be called is a function that failed.
      return { errorType: 'InvocationFailed', errorMessage: String(error) };
    }
  }

  /** The answer of the route's mock integration, which may be none; `undefined` where a function is behind it. */
  mockOf(routeKey: string): { answer: string | undefined } | undefined {
    const target = this.#targets.get(routeKey);
    return typeof target === 'object' ? target : undefined;
  }

  stop(): void {
    this.#stopped = true;
  }
}
