import { randomUUID } from 'node:crypto';
import { createInterface } from 'node:readline';
import { Worker } from 'node:worker_threads';
import type { Clock } from '../../protocol/clock.ts';
import type { FunctionRequest } from './function-activity.ts';
import type { FunctionError, FunctionOutcome } from './function-outcome.ts';
import { InvokeError, MAX_ANSWER_BYTES } from './invoke-error.ts';
import type { EventMessage, RequestMessage, SandboxData, SandboxReply } from './sandbox-message.ts';

export type SandboxOptions = Omit<SandboxData, 'tellsRequests'> & {
  /** All variables the function sees; nothing of this process's own environment reaches it. */
  environment: Record<string, string>;
  memoryMb: number;
  timeoutMs: number;
  clock: Clock;
  /** Receives each line that the function writes to stdout or stderr. */
  onLog: (line: string) => void;
  /** Receives each request that the function makes, before the outcome of its event. */
  onRequest?: (request: FunctionRequest) => void;
};

/**
 * How long loading a function may take.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html#runtimes-lifecycle-ib
 */
const initTimeoutMs = 10_000;

/** The outcome of every event that is under way or comes when the function is stopped. */
export const functionStopped: FunctionError = {
  errorType: InvokeError.unavailable,
  errorMessage: 'The function was stopped.',
};

/**
 * One execution environment of a function: its bundle in a worker thread, with its own environment and module state,
 * one event at a time. Unlike Lambda's it isn't frozen between events. Once it has ended, by a crash or a timeout, it
 * takes no more events.
 */
export class Sandbox {
  readonly #options: SandboxOptions;
  readonly #worker: Worker;
  #ended: FunctionError | undefined;
  /** Settles what is in progress with the reply: loading the function, or an event. */
  #settle: ((reply: SandboxReply) => void) | undefined;

  constructor(options: SandboxOptions) {
    const { assetDirectory, handler, context, environment, memoryMb, onLog, onRequest } = options;
    this.#options = options;
    this.#worker = new Worker(new URL('./sandbox-worker.mjs', import.meta.url), {
      workerData: {
        assetDirectory,
        handler,
        context,
        tellsRequests: onRequest !== undefined,
      } satisfies SandboxData,
      env: environment,
      // None of this process's loaders and flags.
      execArgv: [],
      // The heap is what a thread can be held to.
      resourceLimits: { maxOldGenerationSizeMb: memoryMb },
      stdout: true,
      stderr: true,
    });
    for (const stream of [this.#worker.stdout, this.#worker.stderr]) {
      createInterface({ input: stream }).on('line', onLog);
    }
    this.#worker.on('message', (message: SandboxReply | RequestMessage) => {
      if ('request' in message) onRequest?.(message.request);
      else this.#settle?.(message);
    });
    this.#worker.on('error', (thrown: unknown) => this.#fail(crashed(thrown)));
    this.#worker.on('exit', (code) => this.#fail(exited(code)));
  }

  get hasEnded(): boolean {
    return this.#ended !== undefined;
  }

  /** Loads the function; resolves to the error when that fails. To be called once, before the first event. */
  async load(): Promise<FunctionError | undefined> {
    const reply = await this.#reply(initTimeoutMs);
    if (!('errorType' in reply)) return undefined;
    await this.stop();
    return reply;
  }

  /** Handles one event, given as JSON. */
  async invoke(event: string): Promise<FunctionOutcome> {
    const { timeoutMs } = this.#options;
    const reply = await this.#reply(timeoutMs, { event, requestId: randomUUID(), timeoutMs });
    if ('errorType' in reply) return reply;
    if (Buffer.byteLength(reply.answer) > MAX_ANSWER_BYTES) {
      const errorMessage = `Response payload size exceeded maximum allowed payload size (${MAX_ANSWER_BYTES} bytes).`;
      return { errorType: InvokeError.responseTooLarge, errorMessage };
    }
    return { payload: JSON.parse(reply.answer) };
  }

  /** Ends it in the middle of whatever it does. An event under way fails, as it does when the function crashes. */
  async kill(): Promise<void> {
    await this.#worker.terminate();
  }

  /** An event under way fails. */
  async stop(): Promise<void> {
    this.#end(functionStopped);
    await this.#worker.terminate();
  }

  #reply(timeoutMs: number, message?: EventMessage): Promise<SandboxReply> {
    return new Promise((resolve) => {
      if (this.#ended) return resolve(this.#ended);
      const cancelTimeout = this.#options.clock.after(timeoutMs, () => {
        this.#fail(timedOut(timeoutMs));
        void this.stop();
      });
      this.#settle = (reply) => {
        cancelTimeout();
        this.#settle = undefined;
        resolve(reply);
      };
      if (message) this.#worker.postMessage(message);
    });
  }

  /** Ends by a fault of the function, which is logged: between two events nothing else would report it. */
  #fail(error: FunctionError): void {
    if (!this.#ended) this.#options.onLog(`${error.errorType}: ${error.errorMessage}`);
    this.#end(error);
  }

  #end(error: FunctionError): void {
    this.#ended ??= error;
    this.#settle?.(this.#ended);
  }
}

function timedOut(timeoutMs: number): FunctionError {
  const seconds = (timeoutMs / 1_000).toFixed(2);
  return { errorType: InvokeError.timedOut, errorMessage: `Task timed out after ${seconds} seconds` };
}

/** Anything can be thrown. */
function crashed(thrown: unknown): FunctionError {
  if (thrown instanceof Error) return { errorType: thrown.name, errorMessage: thrown.message };
  return { errorType: typeof thrown, errorMessage: String(thrown) };
}

function exited(code: number): FunctionError {
  const how = code === 0 ? 'without providing a reason' : `with error: exit status ${code}`;
  return { errorType: InvokeError.exited, errorMessage: `Runtime exited ${how}` };
}
