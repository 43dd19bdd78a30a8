import { createPushClient } from '../client/backend/push-client.ts';
import { readSettings } from './settings.ts';
import { startTextService } from './text-service.ts';

/** The TCP text service as a process, configured by its environment: see `TextVariable`. */
async function main(): Promise<void> {
  const { pushUrl, pushSecret, host, port, idleTimeoutMs, secrets, ttlSeconds } = readSettings(process.env);
  const client = createPushClient({ url: pushUrl, ...(pushSecret && { secret: pushSecret }) });
  const service = await startTextService({
    host,
    port,
    pushMany: (lines) => client.pushMany(lines, { ttlSeconds }),
    secrets,
    limits: { idleTimeoutMs },
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
