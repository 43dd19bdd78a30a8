import { lookup } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { QueueingClient } from '../support/queueing-client.ts';
import { Mismatch, shown } from './mismatch.ts';
import { within } from './within.ts';

const openMs = 10_000;
/** In which a message that must not come would have come. */
const silenceMs = 1_000;

export type JsonObject = Record<string, unknown>;

type ConnectOptions = {
  origin: string | undefined;
  /** The host to connect to, in place of the URL's. */
  connectTo?: string | undefined;
};

/** A browser's socket, whose every wait is bounded. */
export class Browser {
  readonly #client: QueueingClient;

  private constructor(client: QueueingClient) {
    this.#client = client;
  }

  /** Rejects when the upgrade is refused; the message has the HTTP status. */
  static async connect(url: string, { origin, connectTo }: ConnectOptions): Promise<Browser> {
    const options = {
      handshakeTimeout: openMs,
      ...(origin !== undefined && { origin }),
      // `Host` and the name that TLS asks for stay the URL's.
      ...(connectTo !== undefined && { lookup: lookupOf(connectTo) }),
    };
    return new Browser(await QueueingClient.connect(url, options));
  }

  send(text: string): void {
    this.#client.send(text);
  }

  sendBinary(bytes: Uint8Array): void {
    this.#client.socket.send(bytes);
  }

  /** The next message, as it came. */
  next(limitMs?: number): Promise<string> {
    return within('a message', this.#client.next(), limitMs);
  }

  /** The next message, which must be a JSON object. */
  async nextFrame(limitMs?: number): Promise<JsonObject> {
    const text = await this.next(limitMs);
    const value: unknown = parsed(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
    throw new Mismatch(`a frame: expected a JSON object, found ${shown(text)}`);
  }

  /** Resolves after a while in which nothing came. */
  async silence(): Promise<void> {
    await sleep(silenceMs);
    const [first] = this.#client.waiting;
    if (first !== undefined) throw new Mismatch(`silence: expected no message, found ${shown(first)}`);
  }

  /** The code with which the service closes the socket. */
  async closedWith(): Promise<number> {
    return (await within('the close of the socket', this.#client.closed)).code;
  }

  /** Closes the connection as a page does. */
  async close(): Promise<void> {
    await within('the answer to a close', this.#client.close());
  }

  /** Ends without a word, as a browser whose power goes. */
  kill(): void {
    this.#client.kill();
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Finds another host's addresses whatever is asked for. */
function lookupOf(host: string): LookupFunction {
  return (_, options, callback) => lookup(host, options, callback);
}
