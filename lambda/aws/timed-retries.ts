import { StandardRetryStrategy } from '@smithy/core/retry';
import type { RetryErrorInfo, StandardRetryToken } from '@smithy/types';

/**
 * The SDK's standard retries, for as long as a call may last: no attempt begins later. Each has its own timeout, but
 * the SDK has no limit for a call with all its attempts.
 * Source: https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html
 */
export class TimedRetries extends StandardRetryStrategy {
  readonly #lastAttemptAfterMs: number;
  readonly #now: () => number;
  /** By the token that the next attempt needs, when its call began. */
  readonly #begunAt = new WeakMap<StandardRetryToken, number>();

  constructor(maxAttempts: number, lastAttemptAfterMs: number, now: () => number) {
    super(maxAttempts);
    this.#lastAttemptAfterMs = lastAttemptAfterMs;
    this.#now = now;
  }

  override async acquireInitialRetryToken(scope: string): Promise<StandardRetryToken> {
    const token = await super.acquireInitialRetryToken(scope);
    this.#begunAt.set(token, this.#now());
    return token;
  }

  override async refreshRetryTokenForRetry(
    token: StandardRetryToken,
    error: RetryErrorInfo,
  ): Promise<StandardRetryToken> {
    const begunAt = this.#begunAt.get(token) ?? this.#now();
    const next = await super.refreshRetryTokenForRetry(token, error);
    if (this.#now() - begunAt > this.#lastAttemptAfterMs)
      throw new Error('The call has no time for a retry.');
    this.#begunAt.set(next, begunAt);
    return next;
  }
}
