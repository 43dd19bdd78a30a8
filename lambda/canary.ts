import { randomUUID } from 'node:crypto';
import type { Context } from 'aws-lambda';
import { createPushClient, createToken } from '../client/backend/index.ts';
import { connect } from '../client/browser/index.ts';
import { systemClock } from '../protocol/clock.ts';
import { readCurrentValue } from './aws/secret-source.ts';
import { type KeptSecret, keptSecret } from './canary/kept-secret.ts';
import { pageSockets } from './canary/page-sockets.ts';
import { type CanaryMessage, runCanary } from './canary/run-canary.ts';
import { requireEnvironment } from './environment.ts';
import { invocation } from './invocation.ts';
import { errorName, logError } from './log.ts';
import { metricsFromEnvironment } from './metrics/metrics.ts';
import {
  BackendVariable,
  CANARY_UID_PREFIX,
  EnvironmentVariable,
  type Identity,
  MetricName,
  PushEndpointKind,
} from './names.ts';

/** As long as a run and more; `exp` has no tolerance. */
const tokenSeconds = 60;

/** Nobody can guess it, so its messages reach nobody else, also where uids are only claimed. */
const uid = CANARY_UID_PREFIX + randomUUID();

const url = requireEnvironment(EnvironmentVariable.webSocketUrl);
const identity = requireEnvironment(EnvironmentVariable.identity) as Identity;
const issuer = requireEnvironment(EnvironmentVariable.tokenIssuer);
const audience = requireEnvironment(EnvironmentVariable.tokenAudience);
const allowedOrigins = requireEnvironment(EnvironmentVariable.allowedOrigins);
const tokenSecret = secretOf(EnvironmentVariable.tokenSecretId);
const pushSecret = secretOf(BackendVariable.pushSecretId);
const backend = createPushClient({
  url: process.env[BackendVariable.pushUrl] ?? '',
  timeoutMs: 10_000,
  ...(process.env[EnvironmentVariable.pushEndpoint] === PushEndpointKind.httpApi && {
    service: 'execute-api',
  }),
  ...(pushSecret && { secret: () => pushSecret.value() }),
});
const recordMetrics = metricsFromEnvironment();

/** Run by a schedule: writes whether a message went all the way, and how long it took. */
export function handler(_event: unknown, context: Context): Promise<void> {
  return invocation(context.awsRequestId, async () => {
    const sockets = pageSockets(allowedOrigins);
    const outcome = await runCanary({
      uid,
      newMark: randomUUID,
      connection: connect<CanaryMessage>({
        url,
        identity,
        credential,
        WebSocket: sockets.WebSocket,
        storage: noStorage,
      }),
      backend,
      clock: systemClock,
    });
    await sockets.closed();
    if (outcome.succeeded) {
      recordMetrics({ [MetricName.canaryFailures]: 0, [MetricName.canaryLatency]: outcome.latencyMs });
      return;
    }
    logError('canary-failed', { step: outcome.step, error: errorName(outcome.error) });
    recordMetrics({ [MetricName.canaryFailures]: 1 });
    tokenSecret?.forget();
    pushSecret?.forget();
  });
}

/** Messages that it was shown are forgotten with the run. */
const noStorage = { getItem: () => null, setItem: () => {} };

async function credential(): Promise<string> {
  if (tokenSecret === undefined) return uid;
  return createToken({
    uid,
    secret: await tokenSecret.value(),
    ttlSeconds: tokenSeconds,
    ...(issuer !== '' && { issuer }),
    ...(audience !== '' && { audience }),
  });
}

function secretOf(variable: string): KeptSecret | undefined {
  const id = process.env[variable];
  return id === undefined ? undefined : keptSecret(() => readCurrentValue(id), Date.now);
}
