import { setImmediate as whenPromisesAreSettled } from 'node:timers/promises';

/** Time that goes on when nothing is left to do at this moment: minutes of a simulation pass in seconds. */
export class VirtualClock {
  #now = 0;
  /** Who sleeps until when. */
  readonly #sleepers = new Map<number, (() => void)[]>();
  /** The times at which sleepers wake, as a binary heap. */
  readonly #times: number[] = [];

  /** Milliseconds since the start, a whole number. */
  readonly now = (): number => this.#now;

  readonly sleep = (milliseconds: number): Promise<void> =>
    new Promise((resolve) => {
      const time = this.#now + Math.max(1, Math.ceil(milliseconds));
      const others = this.#sleepers.get(time);
      if (others) others.push(resolve);
      else {
        this.#sleepers.set(time, [resolve]);
        this.#addTime(time);
      }
    });

  /** Lets time pass until nothing sleeps any more. */
  async run(): Promise<void> {
    await whenPromisesAreSettled();
    for (let time = this.#takeTime(); time !== undefined; time = this.#takeTime()) {
      this.#now = time;
      const woken = this.#sleepers.get(time) ?? [];
      this.#sleepers.delete(time);
      for (const wake of woken) wake();
      await whenPromisesAreSettled();
    }
  }

  #addTime(time: number): void {
    const times = this.#times;
    let place = times.push(time) - 1;
    while (place > 0) {
      const parent = (place - 1) >> 1;
      if (this.#at(parent) <= time) break;
      times[place] = this.#at(parent);
      place = parent;
    }
    times[place] = time;
  }

  #takeTime(): number | undefined {
    const times = this.#times;
    const [first] = times;
    const last = times.pop();
    if (last === undefined || times.length === 0) return first;
    let place = 0;
    for (;;) {
      const left = 2 * place + 1;
      if (left >= times.length) break;
      const smaller = left + 1 < times.length && this.#at(left + 1) < this.#at(left) ? left + 1 : left;
      if (this.#at(smaller) >= last) break;
      times[place] = this.#at(smaller);
      place = smaller;
    }
    times[place] = last;
    return first;
  }

  #at(place: number): number {
    return this.#times[place] ?? Number.POSITIVE_INFINITY;
  }
}
