import type { Clock, Environment } from './environment.ts';
import { onWake, type Page, type WakeEvents } from './page-events.ts';
import type { Attempt } from './session-in-use.ts';

/**
 * Between two attempts that wake-ups begin. One of this age that is under way hangs: it may have begun without network.
 */
const paceMs = 1_000;

export type WakeTarget = WakeEvents & {
  /** Returns what a wake-up would begin, or begin anew, if there is anything. */
  wakeable(): Attempt | 'doubt' | undefined;
  begin(): void;
  /** A wake-up came too early: `begin` follows when its time has come, which is in `left`. */
  postponed(): void;
};

/**
 * Begins an attempt when the network returns or the page becomes visible. That may be many times a second, so wake-ups
 * begin one attempt a second at most. Those that come too early begin one together when the second is over, unless
 * there is nothing to begin by then.
 */
export class WakeUps {
  readonly #clock: Clock;
  readonly #page: Page;
  readonly #target: WakeTarget;
  /** The last attempt that a wake-up began. */
  #begun = Number.NEGATIVE_INFINITY;
  #wokenAt = 0;
  #postponedTo: number | undefined;
  #cancel = () => {};
  #stopListening = () => {};

  constructor({ clock, page }: Environment, target: WakeTarget) {
    this.#clock = clock;
    this.#page = page;
    this.#target = target;
  }

  /** Milliseconds until the time of a wake-up that came too early, if there is one. */
  get left(): number | undefined {
    return this.#postponedTo && this.#postponedTo - this.#clock.elapsed();
  }

  listen(): void {
    const { offline, online, visible } = this.#target;
    this.#stopListening = onWake(this.#page, {
      offline,
      online: () => {
        online();
        this.#wake();
      },
      visible: () => {
        visible();
        this.#wake();
      },
    });
  }

  stop(): void {
    this.#stopListening();
    this.#forget();
  }

  #wake(): void {
    this.#wokenAt = this.#clock.elapsed();
    // Its timer stands still while the computer sleeps.
    if ((this.left ?? 0) <= 0) this.#beginOrPostpone();
  }

  #beginOrPostpone(): void {
    this.#forget();
    const attempt = this.#target.wakeable();
    if (!attempt) return;
    let earliest = this.#begun + paceMs;
    if (attempt !== 'doubt' && attempt.status.state !== 'waiting') {
      // An attempt that began after the wake-up is the one that the wake-up would begin.
      if (attempt.since > this.#wokenAt) return;
      earliest = Math.max(earliest, attempt.since + paceMs);
    }
    const now = this.#clock.elapsed();
    if (earliest > now) {
      this.#postponedTo = earliest;
      this.#cancel = this.#clock.after(Math.ceil(earliest - now), () => this.#beginOrPostpone());
      this.#target.postponed();
    } else {
      this.#begun = now;
      this.#target.begin();
    }
  }

  #forget(): void {
    this.#cancel();
    this.#postponedTo = undefined;
  }
}
