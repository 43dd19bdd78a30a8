import type { Context } from 'aws-lambda';
import { requireEnvironment } from './environment.ts';
import type { ConnectEvent, RouteResponse } from './gateway-event.ts';
import { invocation } from './invocation.ts';
import { metricsFromEnvironment } from './metrics/metrics.ts';
import { EnvironmentVariable, MetricName } from './names.ts';
import { logRefusal } from './refusal-log.ts';
import { isOriginAllowed } from './registration/origin.ts';
import type { OriginProof } from './registration/origin-proof.ts';

const allowedOrigins = requireEnvironment(EnvironmentVariable.allowedOrigins);
const originProof = originProofOfEnvironment();
const recordMetrics = metricsFromEnvironment();

/**
 * `$connect`: decides whether the socket opens. It registers no connection: until this has returned the connection
 * can't be posted to, and a push in between could find it gone and delete the row of a living connection.
 */
export function handler(event: ConnectEvent, context: Context): Promise<RouteResponse> {
  return invocation(context.awsRequestId, async () => {
    const headers = event.headers ?? {};
    const proof = await originProof;
    const isProven = proof === undefined || (await proof.isIn(headers));
    if (isProven && isOriginAllowed(headers, allowedOrigins)) return { statusCode: 200 };
    if (isProven) logRefusal('connect-refused');
    else logRefusal('connect-not-by-cloudfront');
    // API Gateway counts a refusal like a function that fails; this count distinguishes the two.
    recordMetrics({ [MetricName.connectRefusals]: 1 });
    return { statusCode: 403 };
  });
}

/** The check of what CloudFront sends, which is loaded only where there is something to check. */
async function originProofOfEnvironment(): Promise<OriginProof | undefined> {
  const secretId = process.env[EnvironmentVariable.originSecretId];
  if (secretId === undefined) return undefined;
  const { OriginProof } = await import('./registration/origin-proof.ts');
  return new OriginProof(secretId);
}
