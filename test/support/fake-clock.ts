import type { Clock } from '../../protocol/clock.ts';

type Timer = { time: number; callback: () => void };

/** Time that moves only by `advance`. */
export class FakeClock implements Clock {
  #now: number;
  readonly #timers = new Set<Timer>();

  constructor(now: number = Date.UTC(2026, 0, 31, 12)) {
    this.#now = now;
  }

  now(): number {
    return this.#now;
  }

  after(milliseconds: number, callback: () => void): () => void {
    const timer = { time: this.#now + milliseconds, callback };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  sleep(milliseconds: number): Promise<void> {
    return new Promise((resolve) => void this.after(milliseconds, resolve));
  }

  /** Runs what falls due on the way, each at its own time, earliest first. */
  advance(milliseconds: number): void {
    const end = this.#now + milliseconds;
    for (let timer = this.#nextUntil(end); timer; timer = this.#nextUntil(end)) {
      this.#timers.delete(timer);
      this.#now = timer.time;
      timer.callback();
    }
    this.#now = end;
  }

  /** How many callbacks are still to come. */
  get pending(): number {
    return this.#timers.size;
  }

  #nextUntil(end: number): Timer | undefined {
    return [...this.#timers].filter(({ time }) => time <= end).sort((a, b) => a.time - b.time)[0];
  }
}

/** A fake clock that moves on at once while anything sleeps. */
export class SkippingClock extends FakeClock {
  /** The sleeps, in milliseconds. */
  readonly sleeps: number[] = [];

  override async sleep(milliseconds: number): Promise<void> {
    this.sleeps.push(milliseconds);
    this.advance(milliseconds);
  }
}
