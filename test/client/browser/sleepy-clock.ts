import { setImmediate } from 'node:timers/promises';
import { FakeClock } from '../../support/fake-clock.ts';

/**
 * A computer's clock: its timers stand still while the computer sleeps, its time does not. Its wall clock may be set.
 */
export class SleepyClock extends FakeClock {
  #slept = 0;
  #set = 0;

  override now(): number {
    return this.elapsed() + this.#set;
  }

  elapsed(): number {
    return super.now() + this.#slept;
  }

  /** Sets the wall clock: forward, or back by a negative number. */
  set(milliseconds: number): void {
    this.#set += milliseconds;
  }

  suspend(milliseconds: number): void {
    this.#slept += milliseconds;
  }

  /** Moves on in steps, letting promises settle after each, as they do between timers. */
  async pass(milliseconds: number, step: number = Math.min(milliseconds, 100)): Promise<void> {
    await setImmediate();
    for (let left = milliseconds; left > 0; left -= step) {
      this.advance(Math.min(step, left));
      await setImmediate();
    }
  }
}
