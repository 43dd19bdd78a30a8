/**
 * AWS takes signatures that are less than five minutes old or early; the header's whole seconds and the way are less
 * than one.
 */
const toleratedMs = 4 * 60_000;

/** The service's time: this machine's, corrected when a signature was refused because the two are far apart. */
export class ServiceClock {
  readonly #machineTime: () => number;
  #aheadMs = 0;

  constructor(machineTime: () => number) {
    this.#machineTime = machineTime;
  }

  now(): number {
    return this.#machineTime() + this.#aheadMs;
  }

  /**
   * Takes over the time of the service, where that of a request that it refused was another. Returns whether it was:
   * then the request may be signed again.
   */
  correct(signedAt: number, serviceTime: number | undefined): boolean {
    if (serviceTime === undefined || Math.abs(signedAt - serviceTime) < toleratedMs) return false;
    this.#aheadMs = serviceTime - this.#machineTime();
    return true;
  }
}
