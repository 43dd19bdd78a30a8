import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/**
 * Loaded into the service first: stops it when its standard input ends, which it does when this process is gone,
 * however that came about. Otherwise it would keep its port.
 */
const endWithParent = `data:text/javascript,process.stdin.on('end', () => process.kill(process.pid)).resume().unref()`;

export type TextProcessOptions = {
  /** `node` and its arguments. */
  command: readonly string[];
  /** All of its environment. */
  environment: Record<string, string>;
  /** How long it may take to stop before it is killed. */
  stopTimeoutMs: number;
  /** Receives each line that the service writes. */
  onLog: (line: string) => void;
};

export type TextProcess = {
  pid: number;
  port: number;
  /** Resolves when it has ended, with how: `exit code 0`, `SIGKILL`. */
  ended: Promise<string>;
  /** Lets the service finish what it accepted. */
  stop(): Promise<void>;
};

/** The text service ended before it was ready. The message has what it wrote. */
export class TextProcessError extends Error {
  override readonly name = 'TextProcessError';
}

/** Runs the text service as a container would: a process with nothing but its own environment. */
export async function startTextProcess(options: TextProcessOptions): Promise<TextProcess> {
  const { command, environment, stopTimeoutMs, onLog } = options;
  const service = spawn(process.execPath, ['--import', endWithParent, ...command.slice(1)], {
    env: environment,
    stdio: ['pipe', 'pipe', 'pipe'],
    // A process group of its own: Ctrl-C in a terminal is for us, and we stop the service in its turn.
    detached: true,
  });
  const ended = once(service, 'exit').then(
    ([code, signal]: (number | string | null)[]) => signal ?? `exit code ${code}`,
  ) as Promise<string>;
  const stderr = createInterface({ input: service.stderr });
  let lastLine = '';
  stderr.on('line', (line) => {
    lastLine = line;
  });

  const ready = once(createInterface({ input: service.stdout }), 'line');
  const closed = once(service, 'close').then(() => undefined);
  const line = await Promise.race([ready, closed]);
  if (!line || service.pid === undefined) {
    throw new TextProcessError(`the text service did not start: ${lastLine}`);
  }

  stderr.on('line', onLog);
  return {
    pid: service.pid,
    port: (JSON.parse(line[0]) as { ready: { port: number } }).ready.port,
    ended,
    stop: async () => {
      service.kill('SIGTERM');
      const kill = setTimeout(() => service.kill('SIGKILL'), stopTimeoutMs);
      await ended;
      clearTimeout(kill);
    },
  };
}
