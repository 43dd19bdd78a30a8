import type { Secrets } from '../secrets/secrets.ts';
import type { Service } from '../services.ts';
import type { TaskPlan } from '../template/task-plan.ts';
import { startTextProcess, type TextProcess, TextProcessError } from './text-process.ts';

export type TextTaskOptions = {
  plan: TaskPlan;
  host: string;
  /** 0: any free port. */
  port: number;
  secretValue: Secrets['valueOf'];
  /** How often it is started again; ECS goes on for ever, at growing intervals. @default 10 */
  maxRestarts?: number;
  /** Receives each line that the service writes, and how it ended. */
  onLog: (line: string) => void;
};

export type TextTask = Service & {
  port: number;
  /** That of the process which runs now. */
  readonly pid: number;
  /** Whether it runs; a balancer would send connections to it. */
  readonly isRunning: boolean;
};

/**
 * Runs the command of the template's task definition, and again when it ends by itself. Of its environment only the
 * address to listen on is this machine's. Rejects with a `TextProcessError` when it doesn't start the first time.
 */
export async function startTextTask({
  plan,
  host,
  port,
  secretValue,
  maxRestarts = 10,
  onLog,
}: TextTaskOptions): Promise<TextTask> {
  const { command, stopTimeoutMs } = plan;
  // Secrets are read when a task starts, as ECS does it.
  // https://docs.aws.amazon.com/AmazonECS/latest/developerguide/secrets-envvar-secrets-manager.html
  const run = (listenPort: number) => {
    const secrets = Object.entries(plan.secrets).map(([name, arn]) => [name, secretValue(arn)]);
    const environment = {
      ...plan.environment,
      ...Object.fromEntries(secrets),
      HOST: host,
      PORT: String(listenPort),
    };
    return startTextProcess({ command, environment, stopTimeoutMs, onLog });
  };
  let current = await run(port);
  const actualPort = current.port;
  let isStopping = false;
  let isRunning = true;

  const runAgain = async (): Promise<TextProcess> => {
    const next = await run(actualPort);
    if (isStopping) await next.stop();
    isRunning = !isStopping;
    return next;
  };
  const keepRunning = async () => {
    for (let restarts = 0; restarts <= maxRestarts; restarts++) {
      const end = await current.ended;
      isRunning = false;
      if (isStopping) return;
      const isLast = restarts === maxRestarts;
      onLog(`the text service ended (${end}) and is ${isLast ? 'not ' : ''}started again`);
      if (!isLast) current = await runAgain().catch(loggedProblem(current, onLog));
    }
  };
  const kept = keepRunning();
  return {
    port: actualPort,
    get pid() {
      return current.pid;
    },
    get isRunning() {
      return isRunning;
    },
    stop: async () => {
      isStopping = true;
      await current.stop();
      await kept;
    },
  };
}

/** A task that did not start counts as one that has ended again, like the one before it. */
function loggedProblem(previous: TextProcess, onLog: (line: string) => void) {
  return (error: unknown): TextProcess => {
    if (!(error instanceof TextProcessError)) throw error;
    onLog(error.message);
    return previous;
  };
}
