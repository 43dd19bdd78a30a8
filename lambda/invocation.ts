import { correlated, errorName, logError } from './log.ts';

/** Thrown to Lambda when an invocation fails. Lambda logs it, so it quotes nothing and has no stack. */
class InvocationError extends Error {
  override readonly name = 'InvocationError';

  constructor() {
    super('The invocation failed; the line before this one says how.');
    this.stack = `${this.name}: ${this.message}`;
  }
}

/**
 * Handles one event, and logs an error of it by its name alone: Lambda would log its message, which may quote what was
 * sent.
 *
 * @throws {InvocationError} so that the invocation counts as failed, and its caller learns of it
 */
export function invocation<Result>(requestId: string, handle: () => Promise<Result>): Promise<Result> {
  return correlated(requestId, async () => {
    try {
      return await handle();
    } catch (error) {
      logError('invocation-failed', { error: errorName(error) });
      throw new InvocationError();
    }
  });
}
