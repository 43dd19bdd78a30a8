import type { Clock } from '../../protocol/clock.ts';
import type { OnMetric } from '../metrics/metric.ts';
import type { FunctionPlan } from '../template/function-plan.ts';
import type { FunctionActivity } from './function-activity.ts';
import { functionContext, functionEnvironment, type ServiceEndpoints } from './function-environment.ts';
import type { FunctionFault, FunctionFaults } from './function-faults.ts';
import type { FunctionOutcome, Invoke } from './function-outcome.ts';
import { InvokeError } from './invoke-error.ts';
import { type LambdaFunction, startFunction } from './lambda-function.ts';

export type LambdaFunctionsOptions = {
  clock: Clock;
  /** Receives what the functions write; `source` is a function's logical id. */
  onLog: (source: string, line: string) => void;
  /** Receives what the functions do. */
  onActivity?: (activity: FunctionActivity) => void;
  /** Receives what Lambda counts. */
  onMetric?: OnMetric;
  /** @default none */
  faults?: FunctionFaults;
};

const faultOutcomes: Readonly<Record<FunctionFault, FunctionOutcome>> = {
  throttle: { errorType: InvokeError.tooManyRequests, errorMessage: 'Rate Exceeded.' },
  crash: { errorType: InvokeError.exited, errorMessage: 'Runtime exited with error: exit status 1' },
  'access-denied': { errorType: InvokeError.accessDenied, errorMessage: 'The caller may not invoke it.' },
};

/** Version that a call without an alias or a version runs. */
const latest = '$LATEST';

/**
 * The stack's functions, by ARN. Callers get theirs before it is started, because functions need the addresses of those
 * that call them: a gateway has to listen before its functions can have its address.
 */
export class LambdaFunctions {
  readonly #options: LambdaFunctionsOptions;
  readonly #functions = new Map<string, { logicalId: string; name: string; fn: LambdaFunction }>();

  constructor(options: LambdaFunctionsOptions) {
    this.#options = options;
  }

  /** Starts the functions and loads each that is called. */
  async start(plans: readonly FunctionPlan[], endpoints: ServiceEndpoints): Promise<void> {
    const { clock, onLog, onActivity } = this.#options;
    for (const plan of plans) {
      const fn = startFunction({
        ...plan,
        context: functionContext(plan),
        environment: functionEnvironment(plan, endpoints),
        clock,
        onLog: (line) => onLog(plan.logicalId, line),
        ...(onActivity && {
          onRequest: (request) => onActivity({ kind: 'request', functionId: plan.logicalId, request }),
        }),
      });
      this.#functions.set(plan.arn, { logicalId: plan.logicalId, name: plan.name, fn });
    }
    // As on AWS a version shares no sandbox with another, and what has an alias is hardly called without it.
    const versioned = new Set(plans.filter(({ version }) => version !== latest).map(({ name }) => name));
    const called = plans.filter(({ name, version }) => version !== latest || !versioned.has(name));
    await Promise.all(called.map(({ arn }) => this.#functions.get(arn)?.fn.warmUp()));
  }

  /** A way to invoke the function with this ARN. */
  invokeOf(arn: string): Invoke {
    return async (event) => {
      const found = this.#functions.get(arn);
      if (!found) return { errorType: InvokeError.unavailable, errorMessage: 'The function is not there.' };
      const fault = this.#options.faults?.invoke?.(found.logicalId);
      const outcome = fault ? faultOutcomes[fault] : await found.fn.invoke(event);
      this.#count(found.name, outcome);
      this.#options.onActivity?.({ kind: 'invocation', functionId: found.logicalId });
      return outcome;
    };
  }

  /**
   * A call that is refused is no invocation.
   * Source: https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html
   */
  #count(name: string, outcome: FunctionOutcome): void {
    const count = (metric: string) =>
      this.#options.onMetric?.({
        namespace: 'AWS/Lambda',
        name: metric,
        dimensions: { FunctionName: name },
        value: 1,
      });
    const error = 'errorType' in outcome ? outcome.errorType : undefined;
    if (error === InvokeError.accessDenied || error === InvokeError.requestTooLarge) return;
    if (error === InvokeError.tooManyRequests) return void count('Throttles');
    count('Invocations');
    if (error !== undefined) count('Errors');
  }

  /**
   * Kills what handles an event in the functions whose logical id begins with `logicalIdStart`, as a crash would; the
   * events fail. Returns how many there were.
   */
  async killSandboxes(logicalIdStart: string): Promise<number> {
    const chosen = [...this.#functions.values()].filter(({ logicalId }) =>
      logicalId.startsWith(logicalIdStart),
    );
    const killed = await Promise.all(chosen.map(({ fn }) => fn.killBusySandboxes()));
    return killed.reduce((sum, count) => sum + count, 0);
  }

  async stop(): Promise<void> {
    await this.#all((fn) => fn.stop());
  }

  async #all(act: (fn: LambdaFunction) => Promise<void>): Promise<void> {
    await Promise.all([...this.#functions.values()].map(({ fn }) => act(fn)));
  }
}
