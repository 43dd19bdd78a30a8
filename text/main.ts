import { randomUUID } from 'node:crypto';
import { createPushClient } from '../client/backend/push-client.ts';
import { logToStandardError } from './log.ts';
import { readSettings } from './settings.ts';
import { startTextService } from './text-service.ts';

/** The TCP text service as a process, configured by its environment: see `TextVariable`. */
async function main(): Promise<void> {
  const settings = readSettings(process.env);
  const { pushUrl, pushSecret, host, port, idleTimeoutMs, secrets, ttlSeconds, logLevel } = settings;
  const log = logToStandardError(logLevel);
  const client = createPushClient({ url: pushUrl, ...(pushSecret && { secret: pushSecret }) });
  const service = await startTextService({
    host,
    port,
    pushMany: (lines) => {
      const correlationId = randomUUID();
      log.debug('push', { correlationId, lines: lines.length });
      return client.pushMany(lines, { ttlSeconds, correlationId });
    },
    secrets,
    limits: { idleTimeoutMs },
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
