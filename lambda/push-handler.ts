import type { Context } from 'aws-lambda';
import { ProblemCode } from '../protocol/problem.ts';
import type { Authorisation } from './http/authorise.ts';
import { correlationIdOf, withCorrelationId } from './http/correlation-id.ts';
import type { FunctionUrlEvent } from './http/function-url-event.ts';
import { isHealthCheck } from './http/health-route.ts';
import { type HttpResponse, problemResponse } from './http/response.ts';
import { createRouting, type Route } from './http/router.ts';
import { correlated, errorName, logError, logInfo, logWarning } from './log.ts';
import { metricsOfEnvironment, type TellMetrics } from './metrics/metrics.ts';
import { MetricName } from './names.ts';

/** Kept back from the function's own timeout for the posts that are under way and the answer. */
const answerMarginMs = 4_000;

export type PushHandlerOptions<Service> = {
  /** All that this function offers, `healthRoute` among them. */
  routes: readonly Route<Service>[];
  /** What the routes call, for one invocation that must have made its last attempt at `lastAttemptAt`, in milliseconds since the epoch. */
  createService(lastAttemptAt: number, tellMetrics: TellMetrics): Service;
  /** Not consulted for `/health`. */
  authorisation: Authorisation;
  tellMetrics?: TellMetrics;
};

/** Handles the requests of a function URL. */
export function createPushHandler<Service>({
  routes,
  createService,
  authorisation,
  tellMetrics = metricsOfEnvironment(),
}: PushHandlerOptions<Service>): (event: FunctionUrlEvent, context: Context) => Promise<HttpResponse> {
  const route = createRouting(routes);

  return async (event, context) => {
    const correlationId = correlationIdOf(event, context.awsRequestId);
    return correlated(correlationId, async () => {
      const startedAt = Date.now();
      const response = await answer(event, context);
      const { method } = event.requestContext.http;
      logInfo('request', { method, status: response.statusCode, elapsedMs: Date.now() - startedAt });
      // RFC 9110, section 9.3.2; how long the body would be, a function URL doesn't let us say.
      const body = method === 'HEAD' ? '' : response.body;
      return withCorrelationId({ ...response, body }, correlationId);
    });
  };

  async function answer(event: FunctionUrlEvent, context: Context): Promise<HttpResponse> {
    try {
      if (!isHealthCheck(event) && !(await authorisation.isAuthorised(event))) {
        return unauthorised(authorisation);
      }
      const lastAttemptAt = Date.now() + context.getRemainingTimeInMillis() - answerMarginMs;
      return await route(event, createService(lastAttemptAt, tellMetrics));
    } catch (error) {
      logError('request-failed', { error: errorName(error) });
      tellMetrics({ [MetricName.internalErrors]: 1 });
      return problemResponse(
        ProblemCode.internal,
        'the request could not be completed; part of it may have been done',
      );
    }
  }
}

function unauthorised({ refusal, challenge }: Authorisation): HttpResponse {
  logWarning('request-unauthorised');
  return problemResponse(ProblemCode.unauthorised, refusal, { 'www-authenticate': challenge });
}
