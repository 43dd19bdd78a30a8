import { clientOptionsOf } from '../client/backend/client-options.ts';
import { environmentOrContainerCredentials } from '../client/backend/credentials.ts';
import type { AuthorisationOptions } from '../client/backend/options.ts';
import { createSendRequest } from '../client/backend/send-request.ts';
import { signingScopeOf } from '../client/backend/signature.ts';
import { readSettings } from './settings.ts';
import { logToStandardError, startTextService } from './text-service.ts';

/**
 * Each sender has one request at a time. More than this would be throttled by default, not served sooner.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html
 */
const maxConcurrentRequests = 1_000;

/** The task's own credentials: this program comes without AWS's packages. */
function authorisation(pushUrl: string, secret: string | undefined): AuthorisationOptions {
  if (secret) return { secret };
  const region = URL.canParse(pushUrl) ? signingScopeOf(new URL(pushUrl))?.region : undefined;
  return region === undefined ? {} : { region, credentials: environmentOrContainerCredentials() };
}

/** The TCP text service as a process, configured by its environment: see `TextVariable`. */
async function main(): Promise<void> {
  const settings = readSettings(process.env);
  const { pushUrl, pushSecret, host, port, idleTimeoutMs, secrets, ttlSeconds, logLevel, isTracing } =
    settings;
  const log = logToStandardError(logLevel);
  const clientOptions = { url: pushUrl, maxConcurrentRequests, ...authorisation(pushUrl, pushSecret) };
  const service = await startTextService({
    host,
    port,
    sendRequest: createSendRequest(clientOptionsOf(clientOptions)),
    ttlSeconds,
    secrets,
    limits: { idleTimeoutMs },
    isTracing,
    log,
  });
  const stop = async () => {
    await service.stop();
    // HTTP connections that are kept alive would hold the process for some seconds.
    process.exit(0);
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  process.stdout.write(`${JSON.stringify({ ready: { port: service.port } })}\n`);
}

main().catch((error: Error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});
