import type { FunctionActivity } from '../../local/functions/function-activity.ts';

/** When functions of a stack are at work. Its `note` is an `onActivity` of the stack. */
export class FunctionWork {
  readonly #waiting = new Set<(functionId: string) => void>();
  readonly #ended: string[] = [];

  readonly note = ({ kind, functionId }: FunctionActivity): void => {
    if (kind === 'request') for (const wake of [...this.#waiting]) wake(functionId);
    else this.#ended.push(functionId);
  };

  /** Returns how many invocations of a function whose id begins so have ended. */
  endedOf(idStart: string): number {
    return this.#ended.filter((functionId) => functionId.startsWith(idStart)).length;
  }

  /** Resolves when a function whose id begins so makes its next request: it is in the middle of something. */
  next(idStart: string): Promise<void> {
    return new Promise((resolve) => {
      const wake = (functionId: string): void => {
        if (!functionId.startsWith(idStart)) return;
        this.#waiting.delete(wake);
        resolve();
      };
      this.#waiting.add(wake);
    });
  }
}
