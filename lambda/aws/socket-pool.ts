import { Agent as HttpAgent, request as httpRequest } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import type { Socket } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';

/**
 * A socket that was idle for this long is closed, not used again. AWS documents no time after which services close
 * theirs; DynamoDB is seen to do it after 60 to 90 seconds. A request on its way at that moment is lost, and nobody can
 * tell whether it was done.
 * Sources: https://github.com/aws/aws-sdk-java/issues/1365, https://github.com/feast-dev/feast/pull/5167
 */
const maxIdleMs = 30_000;

/** In a pause this short no service closes its sockets. */
const shortPauseMs = 1_000;

/**
 * The sockets to one service, kept open between requests.
 *
 * Node's agent closes idle sockets by timers. They are not enough on Lambda, where a sandbox is frozen between
 * invocations: time goes on, timers don't, and the first request after the thaw may come before them, onto a socket
 * that is long dead at its other end. So the idle time is taken by the clock too, and what the network had to say while
 * nobody listened is heard before a socket is taken.
 *
 *     answer      freeze ░░░░░░░░░░░░░░░░░░░░░░ thaw    next request
 *     socket free        the service closes it          `refresh`: idle too long, or its end is read: closed
 *                                                       a fresh socket
 */
export class SocketPool {
  readonly #agent: HttpAgent;
  readonly #isSecure: boolean;
  readonly #now: () => number;
  readonly #idleSince = new WeakMap<Socket, number>();
  #lastUsedAt: number;

  /** `maxSockets`: requests under way at the same time; others wait. `now`: milliseconds since the epoch. */
  constructor(isSecure: boolean, maxSockets: number, now: () => number) {
    const options = { keepAlive: true, maxSockets, timeout: maxIdleMs };
    this.#agent = isSecure ? new HttpsAgent(options) : new HttpAgent(options);
    this.#isSecure = isSecure;
    this.#now = now;
    this.#lastUsedAt = now();
  }

  get agent(): HttpAgent {
    return this.#agent;
  }

  get request(): typeof httpRequest {
    return this.#isSecure ? httpsRequest : httpRequest;
  }

  /** To be called before a request: after a pause, closes the sockets that may be dead. */
  async refresh(): Promise<void> {
    if (this.#now() - this.#lastUsedAt < shortPauseMs) return;
    this.#lastUsedAt = this.#now();
    // The first turn ends what the event loop is at; in the second one it reads what has come to any socket.
    await nextTurn();
    await nextTurn();
    for (const socket of Object.values(this.#agent.freeSockets).flat()) {
      if (socket && this.#mayBeDead(socket)) socket.destroy();
    }
  }

  #mayBeDead(socket: Socket): boolean {
    // The agent gives an idle socket the shorter of its own limit and the service's (`Keep-Alive: timeout=5`).
    const maxIdle = Math.min(maxIdleMs, socket.timeout || maxIdleMs) - shortPauseMs;
    const idle = this.#now() - (this.#idleSince.get(socket) ?? 0);
    return idle >= maxIdle || socket.readableEnded || !socket.writable;
  }

  /** To be called when an answer was read to its end. */
  used(socket: Socket): void {
    this.#lastUsedAt = this.#now();
    this.#idleSince.set(socket, this.#lastUsedAt);
  }

  /** Closes every socket. */
  close(): void {
    this.#agent.destroy();
  }
}
