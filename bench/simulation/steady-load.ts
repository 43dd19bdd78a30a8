import { replacementDelay } from '../../client/browser/replacement.ts';
import { quotas } from './quotas.ts';

/** A connection's life, see `replacementDelay`. */
const lifeMs = 7_200_000;
/** The browser client's default: after so many silent seconds it pings. */
const heartbeatSeconds = 300;
/** A connect, register, ping or disconnect function at work. */
const functionSeconds = 0.05;

/** Seconds from a connection's registration to its replacement, on average. */
export const replacedAfterSeconds =
  replacementDelay({ now: 0, connectionExpiresAt: lifeMs }, () => 0.5) / 1_000;

/** What so many connections cost while nobody pushes: all per second but `lambdasAtOnce`. */
export type SteadyLoad = {
  newConnections: number;
  /** If every connection is silent. */
  pings: number;
  /** Of the account's throttle: messages in, connects, disconnects, and posts to browsers. */
  requests: number;
  tableWrites: number;
  lambdasAtOnce: number;
};

/**
 * A replacement is four requests ($connect, register, the post of its answer, $disconnect), four writes (two rows that come, two that
 * go) and three functions; a ping is two requests (itself and the pong) and one function.
 */
export function steadyLoad(connections: number): SteadyLoad {
  const replacements = connections / replacedAfterSeconds;
  const pings = connections / heartbeatSeconds;
  return {
    newConnections: replacements,
    pings,
    requests: 4 * replacements + 2 * pings,
    tableWrites: 4 * replacements,
    lambdasAtOnce: (3 * replacements + pings) * functionSeconds,
  };
}

/** What each part of the load may be by default. */
export const limitOf: Readonly<Record<keyof SteadyLoad, number>> = {
  newConnections: quotas.newConnectionsPerSecond,
  pings: quotas.routeRatePerSecond,
  requests: quotas.requestsPerSecond,
  tableWrites: quotas.tableWritesPerSecond,
  lambdasAtOnce: quotas.lambdaConcurrency,
};

/** With how many connections a part of the load is at its limit. All grow in proportion. */
export function connectionsAtLimit(part: keyof SteadyLoad): number {
  return limitOf[part] / steadyLoad(1)[part];
}
