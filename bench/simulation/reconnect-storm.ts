import { quotas } from './quotas.ts';
import { TokenBucket } from './token-bucket.ts';
import { WaitQueue } from './wait-queue.ts';

export type StormOptions = {
  /** Pages whose connections all end at the time 0. */
  clients: number;
  /** New connections and registrations that the account and the routes take per second. */
  connectionsPerSecond: number;
  /** Milliseconds until a page tries again after so many failures in a row. */
  backoff: (failures: number, random: () => number) => number;
  /** The longest wait that `backoff` returns, in milliseconds. */
  longestBackoffMs: number;
  /** Milliseconds for which a token lasts. */
  tokenLifeMs: number;
  /** Until when a page uses a token again; both in milliseconds. */
  keptUntil: (now: number, expiresAt: number) => number;
  /** From 0 to below 1. */
  random: () => number;
};

export type StormResult = {
  connected: number;
  /** Seconds until this share of the pages was registered. */
  halfAfter: number;
  allAfter: number;
  /** Sockets that were asked for, of all pages. */
  attempts: number;
  /** Tokens that pages asked their backend for. */
  tokens: number;
  /** Most attempts in one second. */
  attemptsInWorstSecond: number;
  /** Mean of refused attempts per second, from the first to the last. */
  refusedPerSecond: number;
  /** Most register functions at work at the same time. */
  registersAtOnce: number;
};

const stepMs = 10;
/**
 * From an attempt that is let in to the register frame's arrival: the connect function, and two ways through the
 * network.
 */
const openingMs = 100;
/** A register function at work: its three requests to the table and the answer's post. */
const registerMs = 50;

/**
 * All pages lose their connections at once and come back, each by the client's rules: wait, open a socket, register;
 * refused, wait longer. Time goes in steps of 10 ms.
 *
 *     waiting ── $connect: a token of the account and of the route? ──no──▶ waiting, one failure more
 *                        │yes
 *                     opening ── register: a token of the route? ──no──▶ waiting, one failure more
 *                        │yes
 *                     registered
 */
export function reconnectStorm(options: StormOptions): StormResult {
  const { clients, connectionsPerSecond, backoff, longestBackoffMs, tokenLifeMs, keptUntil, random } =
    options;
  const scale = connectionsPerSecond / quotas.newConnectionsPerSecond;
  const account = new TokenBucket({ ratePerSecond: connectionsPerSecond, burst: connectionsPerSecond });
  const route = { ratePerSecond: connectionsPerSecond, burst: quotas.routeBurst * scale };
  const connectRoute = new TokenBucket(route);
  const registerRoute = new TokenBucket(route);

  const queue = new WaitQueue(clients, Math.ceil(longestBackoffMs / stepMs) + 2);
  const failures = new Uint8Array(clients);
  const isOpening = new Uint8Array(clients);
  const tokenUntil = new Float64Array(clients);
  const waitAfter = (client: number, step: number) => {
    const delay = backoff(failures[client] ?? 0, random);
    queue.add(client, step + 1 + Math.floor(delay / stepMs));
    failures[client] = Math.min(255, (failures[client] ?? 0) + 1);
  };
  for (let client = 0; client < clients; client++) waitAfter(client, 0);

  const registers = new Load(registerMs / stepMs);
  const attempts = new PerSecond();
  let tokens = 0;
  let connected = 0;
  let halfAfter = 0;
  let lastAttemptAt = 0;
  let step = 0;
  for (; !queue.isEmpty; step++) {
    const now = step * stepMs;
    queue.take(step, (client) => {
      if (isOpening[client]) {
        isOpening[client] = 0;
        if (!registerRoute.take(now)) return waitAfter(client, step);
        registers.add(step);
        connected += 1;
        if (connected * 2 <= clients) halfAfter = now / 1_000;
        return;
      }
      attempts.add(now);
      if (now >= (tokenUntil[client] ?? 0)) {
        tokens += 1;
        tokenUntil[client] = keptUntil(now, now + tokenLifeMs);
      }
      lastAttemptAt = now;
      const isLetIn = account.available(now) >= 1 && connectRoute.available(now) >= 1;
      if (!isLetIn) return waitAfter(client, step);
      account.take(now);
      connectRoute.take(now);
      isOpening[client] = 1;
      queue.add(client, step + openingMs / stepMs);
    });
  }
  return {
    connected,
    halfAfter,
    allAfter: (step * stepMs + registerMs) / 1_000,
    attempts: attempts.total,
    tokens,
    attemptsInWorstSecond: attempts.most,
    refusedPerSecond: ((attempts.total - connected) * 1_000) / Math.max(1_000, lastAttemptAt),
    registersAtOnce: registers.most,
  };
}

/** Counts events in whole seconds. Time never goes back. */
class PerSecond {
  total = 0;
  most = 0;
  #second = 0;
  #count = 0;

  add(now: number): void {
    const second = Math.floor(now / 1_000);
    if (second !== this.#second) this.#count = 0;
    this.#second = second;
    this.#count += 1;
    this.total += 1;
    this.most = Math.max(this.most, this.#count);
  }
}

/** How many are at work at the same time, each for as many steps. */
class Load {
  most = 0;
  readonly #startedAt: number[] = [];
  readonly #steps: number;
  #firstAtWork = 0;

  constructor(steps: number) {
    this.#steps = steps;
  }

  add(step: number): void {
    this.#startedAt.push(step);
    while ((this.#startedAt[this.#firstAtWork] ?? step) <= step - this.#steps) this.#firstAtWork += 1;
    this.most = Math.max(this.most, this.#startedAt.length - this.#firstAtWork);
  }
}
