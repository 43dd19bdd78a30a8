import { type Clock, systemClock } from '../../protocol/clock.ts';
import type { FunctionOutcome, Invoke } from './function-outcome.ts';
import { InvokeError, MAX_EVENT_BYTES } from './invoke-error.ts';
import { functionStopped, Sandbox, type SandboxOptions } from './sandbox.ts';

export type FunctionOptions = Omit<SandboxOptions, 'clock'> & {
  /** @default the system's */
  clock?: Clock;
  /**
   * Most events handled at once. On AWS it is the account's concurrency; here it is memory that counts.
   *
   * @default 10
   */
  maxSandboxes?: number;
  /** Most events that wait for a sandbox; more are throttled. @default 1,000 */
  maxWaiting?: number;
};

/** A Lambda function: as many sandboxes as events come at once, kept for the next ones. */
export type LambdaFunction = {
  invoke: Invoke;
  /**
   * Loads one sandbox beforehand, so that the first event doesn't wait for it. A failure shows at the first event, as
   * on AWS.
   */
  warmUp(): Promise<void>;
  /** Ends the sandboxes that handle an event, as a crash would, and returns how many there were. */
  killBusySandboxes(): Promise<number>;
  /** Ends all sandboxes; events under way fail. */
  stop(): Promise<void>;
};

export function startFunction(options: FunctionOptions): LambdaFunction {
  const pool = new SandboxPool(options);
  return {
    invoke: (event) => pool.invoke(event),
    warmUp: () => pool.startSandbox(),
    killBusySandboxes: () => pool.killBusy(),
    stop: () => pool.stop(),
  };
}

type WaitingEvent = { event: string; resolve: (outcome: FunctionOutcome) => void };

class SandboxPool {
  readonly #options: FunctionOptions;
  readonly #maxSandboxes: number;
  readonly #maxWaiting: number;
  readonly #sandboxes = new Set<Sandbox>();
  readonly #idle: Sandbox[] = [];
  readonly #busy = new Set<Sandbox>();
  readonly #waiting: WaitingEvent[] = [];
  #isLoading = false;
  #stopped = false;

  constructor(options: FunctionOptions) {
    this.#options = options;
    this.#maxSandboxes = options.maxSandboxes ?? 10;
    this.#maxWaiting = options.maxWaiting ?? 1_000;
  }

  async invoke(value: unknown): Promise<FunctionOutcome> {
    const event = JSON.stringify(value ?? null);
    if (Buffer.byteLength(event) > MAX_EVENT_BYTES) {
      const errorMessage = `Request must be smaller than ${MAX_EVENT_BYTES} bytes for the InvokeFunction operation`;
      return { errorType: InvokeError.requestTooLarge, errorMessage };
    }
    if (this.#stopped) return functionStopped;
    if (this.#waiting.length >= this.#maxWaiting) {
      return { errorType: InvokeError.tooManyRequests, errorMessage: 'Rate Exceeded.' };
    }
    return new Promise((resolve) => {
      this.#waiting.push({ event, resolve });
      this.#serve();
    });
  }

  async startSandbox(): Promise<void> {
    const sandbox = new Sandbox({ clock: systemClock, ...this.#options });
    this.#sandboxes.add(sandbox);
    this.#isLoading = true;
    const error = await sandbox.load();
    this.#isLoading = false;
    if (error) {
      this.#sandboxes.delete(sandbox);
      this.#waiting.shift()?.resolve(error);
    } else {
      this.#idle.push(sandbox);
    }
    this.#serve();
  }

  async killBusy(): Promise<number> {
    const busy = [...this.#busy];
    await Promise.all(busy.map((sandbox) => sandbox.kill()));
    return busy.length;
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    for (const { resolve } of this.#waiting.splice(0)) resolve(functionStopped);
    await Promise.all([...this.#sandboxes].map((sandbox) => sandbox.stop()));
  }

  /**
   * Assigns waiting events to idle sandboxes, the last used first, and starts more where these don't suffice: one at a
   * time. Loading takes this machine's CPU from the sandboxes that are warm, which have ended a burst of short events,
   * such as a broadcast's tasks, before.
   */
  #serve(): void {
    if (this.#stopped) return;
    while (this.#waiting.length > 0) {
      const sandbox = this.#takeIdle();
      const next = sandbox && this.#waiting.shift();
      if (!next) break;
      void this.#run(sandbox, next);
    }
    const needsMore = this.#waiting.length > 0 && this.#sandboxes.size < this.#maxSandboxes;
    if (needsMore && !this.#isLoading) void this.startSandbox();
  }

  /** Those that have ended, by a crash or a timeout, are let go. */
  #takeIdle(): Sandbox | undefined {
    for (let sandbox = this.#idle.pop(); sandbox; sandbox = this.#idle.pop()) {
      if (!sandbox.hasEnded) return sandbox;
      this.#sandboxes.delete(sandbox);
    }
    return undefined;
  }

  async #run(sandbox: Sandbox, { event, resolve }: WaitingEvent): Promise<void> {
    this.#busy.add(sandbox);
    const outcome = await sandbox.invoke(event);
    this.#busy.delete(sandbox);
    this.#idle.push(sandbox);
    resolve(outcome);
    this.#serve();
  }
}
