import { createPushClient } from '../client/backend/push-client.ts';
import { startTextService } from './text-service.ts';

/**
 * The TCP text service as a process. Environment: PUSH_URL (required), PUSH_SECRET (with `pushAuth=secret`; without it requests to AWS
 * are signed), HOST (default 0.0.0.0), PORT (default 5678).
 */
async function main(): Promise<void> {
  const { PUSH_URL, PUSH_SECRET, HOST = '0.0.0.0', PORT = '5678' } = process.env;
  if (!PUSH_URL) throw new Error('The environment variable PUSH_URL is not set.');

  const { pushMany } = createPushClient({ url: PUSH_URL, ...(PUSH_SECRET && { secret: PUSH_SECRET }) });
  const service = await startTextService({ host: HOST, port: Number(PORT), pushMany });
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
