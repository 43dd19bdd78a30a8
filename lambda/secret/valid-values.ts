import { isOneOf } from '../../protocol/secret.ts';
import { readValidValues } from '../aws/secret-source.ts';

/**
 * Values that are read again when they are this old: a value that was rotated out is refused after that, at the latest.
 */
const freshForMs = 60_000;

/**
 * An unknown value may be newer than those that were read; but a caller that guesses must not cause a read for each
 * guess.
 */
const rereadAfterMs = 5_000;

/**
 * The same after a read that failed: without the secret every caller is refused, so the next read must not wait long.
 */
const retryAfterMs = 1_000;

/** Reads the values of a secret that are valid now. */
export type ReadValues = typeof readValidValues;

/**
 * The values of a secret that are valid now. They are kept for a minute, or until an unknown value is checked, but for
 * at least five seconds. So a new value is accepted within five seconds.
 */
export class ValidValues {
  readonly #secretId: string;
  readonly #read: ReadValues;
  readonly #now: () => number;
  #values: readonly string[] = [];
  #readAt = Number.NEGATIVE_INFINITY;
  #failed: { at: number; error: unknown } | undefined;

  constructor(secretId: string, read: ReadValues = readValidValues, now: () => number = Date.now) {
    this.#secretId = secretId;
    this.#read = read;
    this.#now = now;
  }

  /** Returns whether a value that a caller bears is one of them. Throws when they can't be read. */
  includes(value: string): Promise<boolean> {
    return this.satisfy((values) => isOneOf(value, values));
  }

  /** Returns whether the values satisfy `condition`; reads them again if they don't. Throws when they can't be read. */
  async satisfy(condition: (values: readonly string[]) => boolean | Promise<boolean>): Promise<boolean> {
    const age = this.#now() - this.#readAt;
    if (age < freshForMs && (await condition(this.#values))) return true;
    if (age < rereadAfterMs) return false;
    await this.#readAgain();
    return condition(this.#values);
  }

  async #readAgain(): Promise<void> {
    if (this.#failed && this.#now() - this.#failed.at < retryAfterMs) throw this.#failed.error;
    try {
      this.#values = await this.#read(this.#secretId);
    } catch (error) {
      this.#failed = { at: this.#now(), error };
      throw error;
    }
    this.#failed = undefined;
    this.#readAt = this.#now();
  }
}
