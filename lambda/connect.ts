import type { Context } from 'aws-lambda';
import { requireEnvironment } from './environment.ts';
import type { ConnectEvent, RouteResponse } from './gateway-event.ts';
import { invocation } from './invocation.ts';
import { metricsFromEnvironment } from './metrics/metrics.ts';
import { EnvironmentVariable, MetricName } from './names.ts';
import { logRefusal } from './refusal-log.ts';
import type { ConnectHeaders } from './registration/connect-header.ts';
import { isOriginAllowed } from './registration/origin.ts';

const allowedOrigins = requireEnvironment(EnvironmentVariable.allowedOrigins);
const isByCloudFront = proofFromEnvironment();
const recordMetrics = metricsFromEnvironment();

/**
 * `$connect`: decides whether the socket opens. It registers no connection: until this has returned the connection
 * can't be posted to, and a push in between could find it gone and delete the row of a living connection.
 */
export function handler(event: ConnectEvent, context: Context): Promise<RouteResponse> {
  return invocation(context.awsRequestId, async () => {
    const headers = event.headers ?? {};
    const isProven = await (await isByCloudFront)(headers);
    if (isProven && isOriginAllowed(headers, allowedOrigins)) return { statusCode: 200 };
    if (isProven) logRefusal('connect-refused');
    else logRefusal('connect-not-by-cloudfront');
    // API Gateway counts a refusal like a function that fails; this count distinguishes the two.
    recordMetrics({ [MetricName.connectRefusals]: 1 });
    return { statusCode: 403 };
  });
}

/** The check of what CloudFront sends, which is loaded only where there is something to check. */
async function proofFromEnvironment(): Promise<(headers: ConnectHeaders) => Promise<boolean>> {
  const secretId = process.env[EnvironmentVariable.originSecretId];
  if (secretId === undefined) return async () => true;
  const { originProofBySecret } = await import('./registration/origin-proof.ts');
  return originProofBySecret(secretId);
}
