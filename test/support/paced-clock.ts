import { FakeClock } from './fake-clock.ts';

/** How often it moves on, in milliseconds. */
const tickMs = 10;

/**
 * A fake clock that goes by itself once it is let go, at the pace of the system's or a multiple of it, and can stand
 * still.
 */
export class PacedClock extends FakeClock {
  readonly #pace: number;
  #ticking: NodeJS.Timeout | undefined;

  constructor(pace = 1) {
    super(Date.now());
    this.#pace = pace;
  }

  go(): void {
    this.#ticking ??= setInterval(() => this.advance(tickMs * this.#pace), tickMs);
  }

  stand(): void {
    clearInterval(this.#ticking);
    this.#ticking = undefined;
  }
}
