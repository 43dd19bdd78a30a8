import type { Context } from 'aws-lambda';
import { ProblemCode } from '../protocol/problem.ts';
import { requireEnvironment } from './environment.ts';
import { createAliasRouting } from './http/alias-routing.ts';
import { type Authorise, authoriseBySecret, authorisedByIam } from './http/authorise.ts';
import { correlationIdOf, withCorrelationId } from './http/correlation-id.ts';
import type { FunctionUrlEvent } from './http/function-url-event.ts';
import { healthRoute, isHealthCheck } from './http/health-route.ts';
import { type HttpResponse, problemResponse } from './http/response.ts';
import { correlated, errorName, logError, logInfo, logWarning } from './log.ts';
import { metricsOfEnvironment, type TellMetrics } from './metrics/metrics.ts';
import { EnvironmentVariable, MetricName, PushAlias, PushAuth } from './names.ts';
import { disconnectRoute } from './presence/presence-routes.ts';
import { pushRoutes } from './push/push-routes.ts';
import { createService, type ServicePorts } from './push-service.ts';
import { allRoutes, type RouteService } from './routes.ts';
import { keepValidValues } from './secret/valid-values.ts';

/** Kept back from the function's own timeout for the posts that are under way and the answer. */
const answerMarginMs = 4_000;

const route = createAliasRouting<RouteService>(allRoutes, {
  [PushAlias.pushOnly]: [...pushRoutes, healthRoute],
  [PushAlias.disconnectOnly]: [disconnectRoute, healthRoute],
});

/** The push URL over `ports`. `readSecret`: the values of a secret that are valid now. */
export function createPushHandler(
  ports: ServicePorts,
  readSecret: (secretId: string) => Promise<string[]>,
  tellMetrics: TellMetrics = metricsOfEnvironment(),
): (event: FunctionUrlEvent, context: Context) => Promise<HttpResponse> {
  const authorise = authorisation(readSecret);

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
      if (!isHealthCheck(event) && !(await authorise(event))) return unauthorised();
      const lastAttemptAt = Date.now() + context.getRemainingTimeInMillis() - answerMarginMs;
      const service = createService(ports, lastAttemptAt, tellMetrics);
      return await route(context.invokedFunctionArn, event, service);
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

function authorisation(readSecret: (secretId: string) => Promise<string[]>): Authorise {
  if (requireEnvironment(EnvironmentVariable.pushAuth) === PushAuth.iam) return authorisedByIam;
  const secretId = requireEnvironment(EnvironmentVariable.pushSecretId);
  return authoriseBySecret(keepValidValues(() => readSecret(secretId), Date.now));
}

function unauthorised(): HttpResponse {
  logWarning('request-unauthorised');
  return problemResponse(ProblemCode.unauthorised, 'the request bears no valid secret', {
    'www-authenticate': 'Bearer',
  });
}
