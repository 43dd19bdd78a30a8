import { correlated, errorName, logError } from './log.ts';

/** What Lambda is told of an invocation that failed. It writes it into the log, so it quotes nothing and has no stack. */
class InvocationError extends Error {
  override readonly name = 'InvocationError';

  constructor() {
    super('The invocation failed; the line before this one says how.');
    this.stack = `${this.name}: ${this.message}`;
  }
}

/**
 * Handles one event, and logs what that throws by its name alone: Lambda would log its message, which may quote what was sent. Throws
 * on, so that the invocation counts as failed and whoever made it is told.
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
