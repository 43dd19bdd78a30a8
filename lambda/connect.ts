import type { Context } from 'aws-lambda';
import { requireEnvironment } from './environment.ts';
import type { ConnectEvent, RouteResponse } from './gateway-event.ts';
import { correlated } from './log.ts';
import { metricsFromEnvironment } from './metrics/metrics.ts';
import { EnvironmentVariable, MetricName } from './names.ts';
import { logRefusal } from './refusal-log.ts';
import { isOriginAllowed } from './registration/origin.ts';

const allowedOrigins = requireEnvironment(EnvironmentVariable.allowedOrigins);
const recordMetrics = metricsFromEnvironment();

/**
 * `$connect`: decides whether the socket opens. It registers no connection: until this has returned the connection
 * can't be posted to, and a push in between would receive 410 and delete the row of a living connection.
 */
export function handler(event: ConnectEvent, context: Context): Promise<RouteResponse> {
  return correlated(context.awsRequestId, async () => {
    if (isOriginAllowed(event.headers ?? {}, allowedOrigins)) return { statusCode: 200 };
    logRefusal('connect-refused');
    // API Gateway counts a refusal like a function that fails; this count distinguishes the two.
    recordMetrics({ [MetricName.connectRefusals]: 1 });
    return { statusCode: 403 };
  });
}
