import type { Credential } from './credential.ts';
import type { Clock } from './environment.ts';

/**
 * A token that no connection has registered with yet, kept for the next attempt: when all pages come back at once, most
 * attempts are refused, and each would ask the page's backend for another.
 */
export class KeptToken {
  readonly #clock: Clock;
  #credential: Credential | undefined;
  /** Elapsed time. */
  #until = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Returns it as long as it may be used. */
  get(): Credential | undefined {
    return this.#clock.elapsed() < this.#until ? this.#credential : undefined;
  }

  keep(credential: Credential): void {
    if (credential.text === this.#credential?.text) return;
    const now = this.#clock.now();
    this.#credential = credential;
    this.#until = this.#clock.elapsed() + keptUntil(now, credential.expiresAt) - now;
  }

  forget(): void {
    this.#credential = undefined;
  }
}

/**
 * Returns the time until which a token is kept: half of its remaining life, since a connection lasts no longer than its
 * token. A token without an end is not kept. If this computer's clock is wrong, the service may refuse it.
 */
export function keptUntil(now: number, expiresAt: number): number {
  return (now + expiresAt) / 2;
}
