import { type Load, volumeOf } from './load.ts';
import { monthlyCost } from './monthly-cost.ts';
import { type PeerName, peerCosts } from './peers.ts';

/** Upper bound of pushes to a page, an hour: one in each 100 ms. */
const mostPushesPerHour = 36_000;

/** From how many pushes a connection-hour on a load costs less here than at a peer. */
export type BreakEven = 'always' | 'never' | { pushesPerConnectionHour: number };

/**
 * Found by halving: with each push more the difference to a peer that is billed by use moves in one direction. All else
 * of the load stays as it is.
 */
export function breakEven(load: Load, peer: PeerName, withFreeTier: boolean): BreakEven {
  const isDearerHere = (pushesPerConnectionHour: number): boolean => {
    const changed = withPushes(load, pushesPerConnectionHour);
    const theirs = peerCosts(changed).find(({ name }) => name === peer)?.dollars;
    return typeof theirs === 'number' && monthlyCost(changed, withFreeTier).total > theirs;
  };
  if (!isDearerHere(0)) return 'always';
  if (isDearerHere(mostPushesPerHour)) return 'never';
  let low = 0;
  let high = mostPushesPerHour;
  while (high - low > 0.001) {
    const middle = (low + high) / 2;
    if (isDearerHere(middle)) low = middle;
    else high = middle;
  }
  return { pushesPerConnectionHour: high };
}

/** Of a load; a push to a uid with three connections counts three times, also when it finds no connection. */
export function pushesPerConnectionHour(load: Load): number {
  return (load.pushes * load.connectionsPerUser) / volumeOf(load).connectionHours;
}

function withPushes(load: Load, perConnectionHour: number): Load {
  const { connectionHours } = volumeOf(load);
  return { ...load, pushes: (perConnectionHour * connectionHours) / load.connectionsPerUser };
}
