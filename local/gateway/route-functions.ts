import type { FunctionOutcome, Invoke } from '../functions/function-outcome.ts';

/** The functions behind the routes. After `stop` none is invoked any more. */
export class RouteFunctions {
  readonly #functions: ReadonlyMap<string, Invoke>;
  #stopped = false;

  constructor(functions: ReadonlyMap<string, Invoke>) {
    this.#functions = functions;
  }

  /** `undefined` when nothing was invoked, for want of such a route. Never rejects. */
  async invoke(routeKey: string, event: unknown): Promise<FunctionOutcome | undefined> {
    const invoke = this.#functions.get(routeKey);
    if (!invoke || this.#stopped) return undefined;
    try {
      return await invoke(event);
    } catch (error) {
      // To API Gateway a function that could not be called is a function that failed.
      return { errorType: 'InvocationFailed', errorMessage: String(error) };
    }
  }

  stop(): void {
    this.#stopped = true;
  }
}
