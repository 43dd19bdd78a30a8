import type { Context } from 'aws-lambda';
import type { Health } from '../protocol/answers/health.ts';
import { CORRELATION_HEADER, isCorrelationId } from '../protocol/correlation-id.ts';
import { ProblemCode } from '../protocol/problem.ts';
import { TRACEPARENT_HEADER, traceparentOf } from '../protocol/trace-context.ts';
import type { Connections } from './connection/connections.ts';
import { endingBy } from './deadline.ts';
import { type Authorisation, isAuthorised, unauthorised } from './http/authorise.ts';
import type { FunctionUrlEvent } from './http/function-url-event.ts';
import { withEncodedPath } from './http/http-api-path.ts';
import { type HttpResponse, jsonResponse, problemResponse } from './http/response.ts';
import { createRouting, type Route } from './http/router.ts';
import { correlated, errorName, logError, logInfo } from './log.ts';
import { metricsFromEnvironment, type RecordMetrics } from './metrics/metrics.ts';
import { EnvironmentVariable, MetricName, PushEndpointKind } from './names.ts';
import { type RequestScope, requestScope } from './request-scope.ts';

/** Subtracted from the function's own timeout, for the posts that are under way and the answer. */
const answerMarginMs = 4_000;

/** The same, for the answer after a call to a table. */
const callMarginMs = 1_000;

export type PushHandlerOptions<Dependencies> = {
  /** All that this function offers, `healthRoute` among them. */
  routes: readonly Route<Dependencies & RequestScope>[];
  /** Tables and queues that the routes need, beside the scope of the request. */
  dependencies: Dependencies;
  apiGateway: Connections;
  /** Not consulted for `/health`. */
  authorisation: Authorisation;
  /** @default as the environment says */
  recordMetrics?: RecordMetrics;
};

/** Returns the handler of a function URL, or of an HTTP API in its place. */
export function createPushHandler<Dependencies extends object>({
  routes,
  dependencies,
  apiGateway,
  authorisation,
  recordMetrics = metricsFromEnvironment(),
}: PushHandlerOptions<Dependencies>): (event: FunctionUrlEvent, context: Context) => Promise<HttpResponse> {
  const answerByRoute = createRouting(routes);
  const isHttpApi = process.env[EnvironmentVariable.pushEndpoint] === PushEndpointKind.httpApi;
  const isTracing = process.env[EnvironmentVariable.tracing] === 'true';

  return async (event, context) => {
    const correlationId = correlationIdOf(event, context.awsRequestId);
    const traceparent = isTracing ? traceparentOf(event.headers[TRACEPARENT_HEADER]) : undefined;
    const handle = async () => {
      const startedAt = Date.now();
      const deadline = startedAt + context.getRemainingTimeInMillis() - callMarginMs;
      const response = await endingBy(deadline, () => answer(event, context, traceparent));
      const { method } = event.requestContext.http;
      logInfo('request', { method, status: response.statusCode, elapsedMs: Date.now() - startedAt });
      const headers = { ...response.headers, [CORRELATION_HEADER]: correlationId };
      // RFC 9110, section 9.3.2; a function URL offers no way to say how long the body would be.
      return { ...response, headers, ...(method === 'HEAD' && { body: '' }) };
    };
    return correlated(correlationId, handle, traceparent);
  };

  async function answer(
    event: FunctionUrlEvent,
    context: Context,
    traceparent: string | undefined,
  ): Promise<HttpResponse> {
    try {
      if (!isHealthCheck(event) && !(await isAuthorised(event, authorisation))) {
        return unauthorised(authorisation);
      }
      const received = isHttpApi ? withEncodedPath(event) : { event };
      if ('problem' in received) return received.problem;
      const lastAttemptAt = Date.now() + context.getRemainingTimeInMillis() - answerMarginMs;
      return await answerByRoute(received.event, {
        ...dependencies,
        ...requestScope(apiGateway, lastAttemptAt, recordMetrics, traceparent),
      });
    } catch (error) {
      logError('request-failed', { error: errorName(error) });
      recordMetrics({ [MetricName.internalErrors]: 1 });
      return problemResponse(
        ProblemCode.internal,
        'the request could not be completed; part of it may have been done',
      );
    }
  }
}

/** The caller's id of the request, or else Lambda's. */
function correlationIdOf(event: FunctionUrlEvent, requestId: string): string {
  const given = event.headers[CORRELATION_HEADER];
  return given !== undefined && isCorrelationId(given) ? given : requestId;
}

export const healthRoute: Route<unknown> = {
  method: 'GET',
  path: '/health',
  handle: async () => jsonResponse({ status: 'ok' } satisfies Health),
};

/**
 * Whether a request is one that the router takes for `healthRoute`. It needs no credentials: it reads and writes
 * nothing.
 */
export function isHealthCheck(event: FunctionUrlEvent): boolean {
  const { method } = event.requestContext.http;
  return (method === 'GET' || method === 'HEAD') && event.rawPath.replace(/\/$/, '') === healthRoute.path;
}
