/**
 * A thousandth of a token comes back in a millisecond at a token per second: whole numbers, so that nothing is lost by
 * rounding.
 */
const wholeToken = 1_000;

/**
 * API Gateway's throttling: tokens that come back at a rate, up to a burst. A request without a token is
 * answered 429.
 */
export class TokenBucket {
  readonly #ratePerSecond: number;
  readonly #most: number;
  #thousandths: number;
  #filledAt = 0;

  /** Full at the time 0. */
  constructor({ ratePerSecond, burst }: { ratePerSecond: number; burst: number }) {
    this.#ratePerSecond = ratePerSecond;
    this.#most = burst * wholeToken;
    this.#thousandths = this.#most;
  }

  /** How many requests would be let through now. `now` is in milliseconds and never goes back. */
  available(now: number): number {
    const comeBack = (now - this.#filledAt) * this.#ratePerSecond;
    this.#thousandths = Math.min(this.#most, this.#thousandths + comeBack);
    this.#filledAt = now;
    return this.#thousandths / wholeToken;
  }

  /** Whether a request is let through now. */
  take(now: number): boolean {
    if (this.available(now) < 1) return false;
    this.#thousandths -= wholeToken;
    return true;
  }
}
