import { MAX_UIDS_WATCHED_PER_MINUTE } from '../../protocol/limits.ts';
import { type Calls, totalOf } from './calls.ts';
import { costOf } from './monthly-cost.ts';
import { usagePerOperation as usage } from './usage-per-operation.ts';

/** Requests that a stranger can make as fast as they are let through, and the cost of a day of them. */
export type Flood = { what: string; perSecond: number; dollarsPerDay: number };

const secondsPerDay = 86_400;

/**
 * A function URL takes ten requests a second for each function that may run.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
 */
const requestsPerFunction = 10;

/** Of an account, by default. */
const accountFunctions = 1_000;

/** A push function that refuses a request runs for a millisecond or two; the model's has posts to wait for. */
const refusalMs = 2;
const pushFunctionMb = 512;

/** Rate limit of each route of the WebSocket API, and the time that API Gateway keeps a silent socket. */
const routePerSecond = 500;
const silentMinutes = 10;

export function floods(): Flood[] {
  return [
    requestsWithoutSecret('requests without the push secret', accountFunctions),
    requestsWithoutSecret('the same with `pushConcurrency=50`', 50),
    flood('sockets that are opened and say nothing', routePerSecond, usage.connect, silentMinutes),
    flood('pings on open sockets', routePerSecond, usage.ping),
    flood('`register` frames with a forged token, each on a new socket', routePerSecond, registerRefused),
    flood('`watch` frames of one user, who may watch', routePerSecond, watched),
  ];
}

/** The socket is answered and closed. */
const registerRefused: Calls = totalOf(
  [1, usage.connect],
  [1, { registerFunction: 1, messageIn: 1, post: 1, messageOut: 1, close: 1 }],
  [1, usage.disconnectUnregistered],
);

/** Nearly all are refused; a row that one of the others writes is deleted later. */
const watched: Calls = totalOf(
  [1, usage.watchRefused],
  [
    MAX_UIDS_WATCHED_PER_MINUTE / 60 / routePerSecond,
    totalOf([1, usage.watchedUid], [1, usage.unwatchedUid]),
  ],
);

function requestsWithoutSecret(what: string, functions: number): Flood {
  const perSecond = functions * requestsPerFunction;
  const requests = perSecond * secondsPerDay;
  const functionGbSecond = (requests * refusalMs * pushFunctionMb) / 1_000 / 1_024;
  const beyond = { functionRequest: requests, functionGbSecond };
  return { what, perSecond, dollarsPerDay: costOf({ name: what, calls: {}, beyond }) };
}

function flood(what: string, perSecond: number, calls: Calls, minutes = 0): Flood {
  const times = perSecond * secondsPerDay;
  const beyond = { connectionMinute: times * minutes };
  return { what, perSecond, dollarsPerDay: costOf({ name: what, calls: totalOf([times, calls]), beyond }) };
}
