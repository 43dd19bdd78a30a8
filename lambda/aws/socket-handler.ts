import type { IncomingMessage } from 'node:http';
import { buildQueryString, type HttpHandler, type HttpRequest, HttpResponse } from '@smithy/core/protocols';
import { SocketPool } from './socket-pool.ts';

/**
 * There is no response: the connection was refused or has broken. Whether the request was done is not known.
 * `$retryable`: the SDK's strategy may send the request again, whatever the cause.
 */
export class ConnectionError extends Error {
  override readonly name = 'ConnectionError';
  readonly $retryable = {};
}

/**
 * There was no whole response in time. Whether the request was done is not known. The SDK knows this name as that of an
 * error to retry.
 */
export class TimeoutError extends Error {
  override readonly name = 'TimeoutError';
}

/** The response is longer than any that the service may send. */
export class BadResponseError extends Error {
  override readonly name = 'BadResponseError';
}

export type SocketHandlerOptions = {
  /** Requests under way at the same time; others wait for their turn. */
  maxSockets: number;
  /** For one request, from the wait for a socket to the end of the response. */
  timeoutMs: number;
  /** A longer response is an error. */
  maxResponseBytes: number;
  /** When a request that begins now must have ended; milliseconds since the epoch. @default after `timeoutMs` */
  deadline?: () => number;
  /** Milliseconds since the epoch; for the sockets' idle time and the deadline. @default Date.now */
  now?: () => number;
};

/**
 * The connection handler of a client of the SDK: sends each request once, over a `SocketPool`, and returns the response
 * whole. The SDK's own handler has no limit for a whole response, and no defence against sockets that died while the
 * sandbox was frozen.
 */
export class SocketHandler implements HttpHandler {
  readonly #options: SocketHandlerOptions;
  /** By protocol: AWS speaks `https:`, its stand-ins `http:`. */
  readonly #pools = new Map<string, SocketPool>();

  constructor(options: SocketHandlerOptions) {
    this.#options = options;
  }

  /**
   * Returns the response, whatever its status. Throws an error of `connection-errors.ts` when there is none in time.
   */
  async handle(request: HttpRequest): Promise<{ response: HttpResponse }> {
    const sockets = this.#poolFor(request);
    await sockets.refresh();
    return { response: await this.#exchange(request, sockets) };
  }

  #poolFor({ protocol }: HttpRequest): SocketPool {
    const known = this.#pools.get(protocol);
    if (known) return known;
    const { maxSockets, now = Date.now } = this.#options;
    const pool = new SocketPool(protocol === 'https:', maxSockets, now);
    this.#pools.set(protocol, pool);
    return pool;
  }

  #exchange(incoming: HttpRequest, sockets: SocketPool): Promise<HttpResponse> {
    const { maxResponseBytes, deadline, now = Date.now } = this.#options;
    const timeoutMs = Math.min(this.#options.timeoutMs, deadline ? deadline() - now() : Infinity);
    if (timeoutMs <= 0) return Promise.reject(new TimeoutError('There is no time left for a request.'));
    const { protocol, hostname: host, port, method, headers, body } = incoming;
    return new Promise((resolve, reject) => {
      const outgoing = sockets.request({
        protocol,
        host,
        port,
        method,
        path: pathOf(incoming),
        headers,
        agent: sockets.agent,
      });
      let isSettled = false;
      const fail = (error: Error) => {
        isSettled = true;
        clearTimeout(timer);
        reject(error);
        outgoing.destroy();
      };
      // One timer for the whole exchange, the wait for a socket included.
      const timer = setTimeout(
        () => fail(new TimeoutError(`There was no response within ${timeoutMs} ms.`)),
        timeoutMs,
      );
      const broken = (cause?: unknown) => {
        if (isSettled) return;
        fail(new ConnectionError('The connection broke before there was a response.', { cause }));
      };
      outgoing.on('error', broken);
      // It closes without an error when the service changes the protocol.
      outgoing.on('close', broken);
      outgoing.on('response', (response) => {
        const { socket } = response;
        response.on('error', broken);
        collect(response, maxResponseBytes, fail, (bytes) => {
          isSettled = true;
          clearTimeout(timer);
          sockets.used(socket);
          const { statusCode = 0, headers: received } = response;
          resolve(new HttpResponse({ statusCode, headers: singleValues(received), body: bytes }));
        });
      });
      outgoing.end(body);
    });
  }

  /** The SDK changes nothing of a handler unless it is asked to, which it is not here. */
  updateHttpClientConfig(): void {}

  httpHandlerConfigs(): object {
    return {};
  }

  /** Closes the sockets; what is under way breaks. */
  destroy(): void {
    for (const pool of this.#pools.values()) pool.close();
  }
}

function pathOf({ path, query }: HttpRequest): string {
  const parameters = buildQueryString(query);
  return parameters ? `${path}?${parameters}` : path;
}

function collect(
  response: IncomingMessage,
  maxBytes: number,
  fail: (error: Error) => void,
  done: (bytes: Uint8Array) => void,
): void {
  const chunks: Buffer[] = [];
  let length = 0;
  response.on('data', (chunk: Buffer) => {
    length += chunk.length;
    if (length > maxBytes) fail(new BadResponseError(`The response is longer than ${maxBytes} bytes.`));
    else chunks.push(chunk);
  });
  response.on('end', () => done(Buffer.concat(chunks, length)));
}

function singleValues(headers: IncomingMessage['headers']): Record<string, string> {
  const single: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) single[name] = typeof value === 'string' ? value : value.join(', ');
  }
  return single;
}
