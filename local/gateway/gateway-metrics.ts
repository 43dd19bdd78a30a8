import type { FunctionOutcome } from '../functions/function-outcome.ts';
import { InvokeError } from '../functions/invoke-error.ts';
import type { OnMetric } from '../metrics/metric.ts';

type MetricName = 'ConnectCount' | 'MessageCount' | 'IntegrationError' | 'ClientError' | 'ExecutionError';

/**
 * API Gateway's metrics of a stage.
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-logging.html
 */
export class GatewayMetrics {
  readonly #dimensions: Readonly<Record<string, string>>;
  readonly #onMetric: OnMetric | undefined;

  constructor(apiId: string, stage: string, onMetric: OnMetric | undefined) {
    this.#dimensions = { ApiId: apiId, Stage: stage };
    this.#onMetric = onMetric;
  }

  count(name: MetricName): void {
    this.#onMetric?.({ namespace: 'AWS/ApiGateway', name, dimensions: this.#dimensions, value: 1 });
  }

  /**
   * Outcome of the call of a function. A function that may not be called is an error of the call, one that failed
   * or was throttled one of the integration: which of them AWS counts where is not documented in more words.
   */
  countOutcome(outcome: FunctionOutcome | undefined, isRefusal = false): void {
    const error = outcome && 'errorType' in outcome ? outcome.errorType : undefined;
    if (error === InvokeError.accessDenied || error === InvokeError.unavailable) this.count('ExecutionError');
    else if (error !== undefined || isRefusal) this.count('IntegrationError');
  }
}
