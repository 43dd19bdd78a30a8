import type { Context } from 'aws-lambda';
import { documentClient } from './aws/dynamodb.ts';
import type { DisconnectEvent, RouteResponse } from './gateway-event.ts';
import { invocation } from './invocation.ts';
import { hashed, logInfo } from './log.ts';
import { metricsFromEnvironment } from './metrics/metrics.ts';
import { MetricName } from './names.ts';
import { forgetClosedConnection } from './registration/forget-connection.ts';
import { connectionTableOfEnvironment } from './tables-of-environment.ts';

const table = connectionTableOfEnvironment(documentClient());

const recordMetrics = metricsFromEnvironment();

/**
 * `$disconnect`: best effort, API Gateway may never call it; what it misses ends with the first push that
 * finds it gone, or expires.
 */
export function handler(event: DisconnectEvent, context: Context): Promise<RouteResponse> {
  return invocation(context.awsRequestId, async () => {
    const { connectionId, requestTimeEpoch } = event.requestContext;
    const uid = await forgetClosedConnection(table, event.requestContext, requestTimeEpoch);
    const wasRegistered = uid !== undefined;
    logInfo('disconnected', () => ({ connectionId, wasRegistered, ...hashed(uid) }));
    if (wasRegistered) recordMetrics({ [MetricName.disconnections]: 1 });
    return { statusCode: 200 };
  });
}
