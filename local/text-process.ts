import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';

const entryPoint = fileURLToPath(new URL('../text/main.ts', import.meta.url));
const stopTimeoutMs = 10_000;

/**
 * Loaded into the service first: tells it to stop when its standard input ends, which it does when this process is gone, however
 * that came about. Otherwise it would keep its port.
 */
const endWithParent = `data:text/javascript,process.stdin.on('end', () => process.kill(process.pid)).resume().unref()`;

export type TextProcessOptions = {
  /** Where the bundle goes. */
  workDirectory: string;
  host: string;
  /** 0: any free port. */
  port: number;
  pushUrl: string;
  /** What the push URL wants borne, if it does. */
  pushSecret: string | undefined;
  /** For how long messages are stored. Default: not at all. */
  ttlSeconds: string | undefined;
  /** Gets each line that the service writes. */
  onLog: (line: string) => void;
};

export type TextProcess = {
  port: number;
  /** Lets the service finish what it accepted. */
  stop(): Promise<void>;
};

/** The text service ended before it was ready. The message has what it wrote. */
export class TextProcessError extends Error {
  override readonly name = 'TextProcessError';
}

/** Runs the text service as a container would: a process with nothing but its own environment. */
export async function startTextProcess(options: TextProcessOptions): Promise<TextProcess> {
  const { workDirectory, host, port, pushUrl, pushSecret, ttlSeconds, onLog } = options;
  const script = join(workDirectory, 'text.mjs');
  bundle(script);
  const service = spawn(process.execPath, ['--import', endWithParent, script], {
    env: {
      PUSH_URL: pushUrl,
      ...(pushSecret !== undefined && { PUSH_SECRET: pushSecret }),
      ...(ttlSeconds !== undefined && { TTL_SECONDS: ttlSeconds }),
      HOST: host,
      PORT: String(port),
    },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const exited = once(service, 'exit');
  const stderr = createInterface({ input: service.stderr });
  let lastLine = '';
  stderr.on('line', (line) => {
    lastLine = line;
  });

  const ready = once(createInterface({ input: service.stdout }), 'line');
  const ended = once(service, 'close').then(() => undefined);
  const line = await Promise.race([ready, ended]);
  if (!line) throw new TextProcessError(`the text service did not start: ${lastLine}`);

  stderr.on('line', onLog);
  const logEnd = () => onLog('the text service ended');
  service.once('exit', logEnd);
  return {
    port: (JSON.parse(line[0]) as { ready: { port: number } }).ready.port,
    stop: async () => {
      service.off('exit', logEnd);
      service.kill('SIGTERM');
      const kill = setTimeout(() => service.kill('SIGKILL'), stopTimeoutMs);
      await exited;
      clearTimeout(kill);
    },
  };
}

function bundle(outfile: string): void {
  // Synchronous, because the asynchronous way leaves a process of esbuild's running.
  buildSync({
    entryPoints: [entryPoint],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
  });
}
