import { clientOptionsOf } from '../client/backend/client-options.ts';
import { HttpClient } from '../client/backend/http-client.ts';
import { readSettings } from './settings.ts';
import { logToStandardError, startTextService } from './text-service.ts';

/**
 * Each sender has one request at a time. More than this would be throttled by default, not served sooner.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html
 */
const maxConcurrentRequests = 1_000;

/** The TCP text service as a process, configured by its environment: see `TextVariable`. */
async function main(): Promise<void> {
  const settings = readSettings(process.env);
  const { pushUrl, pushSecret, host, port, idleTimeoutMs, secrets, ttlSeconds, logLevel, isTracing } =
    settings;
  const log = logToStandardError(logLevel);
  const authorisation = pushSecret ? { secret: pushSecret } : {};
  const clientOptions = clientOptionsOf({ url: pushUrl, maxConcurrentRequests, ...authorisation });
  const service = await startTextService({
    host,
    port,
    http: new HttpClient(clientOptions),
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
