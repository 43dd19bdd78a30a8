import type { PresenceEvent } from '../../protocol/presence-event.ts';

/** Takes an event; throws unless it has. An event that comes again has the same epoch. */
export type PresenceTarget = (event: PresenceEvent) => Promise<void>;

/** Returns a function that hands an event to all targets. Where one fails the others have it all the same. */
export function tellAll(targets: readonly PresenceTarget[]): PresenceTarget {
  return async (event) => {
    const outcomes = await Promise.allSettled(targets.map((target) => target(event)));
    for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
  };
}
