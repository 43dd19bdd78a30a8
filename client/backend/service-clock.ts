/** The service's time: this machine's, corrected when a signature was refused because the two are far apart. */
export type ServiceClock = {
  now(): number;
  /**
   * Takes over the time of the service, where that of a request that it refused was another. Returns whether it was:
   * then the request may be signed again.
   */
  correct(signedAt: number, serviceTime: number | undefined): boolean;
};

/**
 * AWS takes signatures that are less than five minutes old or early; the header's whole seconds and the way are less
 * than one.
 */
const toleratedMs = 4 * 60_000;

export function createServiceClock(now: () => number): ServiceClock {
  let aheadMs = 0;
  return {
    now: () => now() + aheadMs,
    correct(signedAt, serviceTime) {
      if (serviceTime === undefined || Math.abs(signedAt - serviceTime) < toleratedMs) return false;
      aheadMs = serviceTime - now();
      return true;
    },
  };
}
