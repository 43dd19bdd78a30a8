import { replacementDelay } from '../../client/browser/replacement.ts';
import { TESTS_PER_CHECK } from '../../client/browser/socket-session.ts';
import { quotas } from './quotas.ts';

/** A connection's life, see `replacementDelay`. */
const lifeMs = 7_200_000;
/** The browser client's default: after so many silent seconds it pings, or checks. */
const heartbeatSeconds = 300;
/** A connect, register or disconnect function at work; the register function handles checks, too. */
const functionSeconds = 0.05;

/** Seconds from a connection's registration to its replacement, on average. */
export const replacedAfterSeconds =
  replacementDelay({ now: 0, connectionExpiresAt: lifeMs }, () => 0.5) / 1_000;

/** Load of a number of connections without pushes: all per second but `lambdasAtOnce`. */
export type SteadyLoad = {
  newConnections: number;
  /** If every connection is silent. */
  pings: number;
  /** In place of a ping, now and then. */
  checks: number;
  /** Of the account's throttle: messages in, connects, disconnects, and posts to browsers. */
  requests: number;
  tableWrites: number;
  lambdasAtOnce: number;
};

/**
 * A replacement is four requests ($connect, register, the post of its answer, $disconnect), four writes (two rows that
 * come, two that go) and three functions; a ping or a check is two requests (itself and its answer), a check also a
 * function.
 */
export function steadyLoad(connections: number): SteadyLoad {
  const replacements = connections / replacedAfterSeconds;
  const heartbeats = connections / heartbeatSeconds;
  const checks = heartbeats / TESTS_PER_CHECK;
  return {
    newConnections: replacements,
    pings: heartbeats - checks,
    checks,
    requests: 4 * replacements + 2 * heartbeats,
    tableWrites: 4 * replacements,
    lambdasAtOnce: (3 * replacements + checks) * functionSeconds,
  };
}

/** Default limit of each part of the load. */
export const limitOf: Readonly<Record<keyof SteadyLoad, number>> = {
  newConnections: quotas.newConnectionsPerSecond,
  pings: quotas.pingRatePerSecond,
  checks: quotas.routeRatePerSecond,
  requests: quotas.requestsPerSecond,
  tableWrites: quotas.tableWritesPerSecond,
  lambdasAtOnce: quotas.lambdaConcurrency,
};

/** With how many connections a part of the load is at its limit. All grow in proportion. */
export function connectionsAtLimit(part: keyof SteadyLoad): number {
  return limitOf[part] / steadyLoad(1)[part];
}
