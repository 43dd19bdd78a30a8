import { createPushClient } from '../client/backend/push-client.ts';
import { startTextService } from './text-service.ts';

/**
 * The TCP text service as a process. Environment: PUSH_URL (required), PUSH_SECRET (with `pushAuth=secret`; without it requests to AWS
 * are signed), TTL_SECONDS (for how long messages are stored; default 0: not at all), HOST (default 0.0.0.0), PORT (default 5678).
 */
async function main(): Promise<void> {
  const { PUSH_URL, PUSH_SECRET, TTL_SECONDS = '0', HOST = '0.0.0.0', PORT = '5678' } = process.env;
  if (!PUSH_URL) throw new Error('The environment variable PUSH_URL is not set.');

  if (!/^\d{1,9}$/.test(TTL_SECONDS)) {
    throw new Error('The environment variable TTL_SECONDS is not a whole number of seconds.');
  }

  const client = createPushClient({ url: PUSH_URL, ...(PUSH_SECRET && { secret: PUSH_SECRET }) });
  const service = await startTextService({
    host: HOST,
    port: Number(PORT),
    pushMany: (lines) => client.pushMany(lines, { ttlSeconds: Number(TTL_SECONDS) }),
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
