import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock } from '../../protocol/clock.ts';
import { MAX_MESSAGE_BYTES } from '../../protocol/limits.ts';
import { type ApiAddresses, basePaths } from './addresses.ts';
import { CloseCode } from './close-codes.ts';
import type { Connection } from './connection.ts';
import type { Connections } from './connections.ts';
import type { GatewayFaults, ManagementFault } from './gateway-faults.ts';
import { isId } from './ids.ts';

/** `errorType` becomes the header by which the SDK recognises the exception. */
type Answer = { status: number; errorType?: string; body?: unknown };

const ManagementError = {
  /** Also API Gateway's answer to whatever it has no resource for. */
  forbidden: { status: 403, errorType: 'ForbiddenException', body: { message: 'Forbidden' } },
  /** Not in the service's model. Source: https://github.com/localstack/localstack/issues/4694 */
  malformedId: { status: 400, errorType: 'BadRequestException', body: { message: 'Invalid connectionId' } },
  gone: { status: 410, errorType: 'GoneException', body: { message: 'Gone' } },
  tooLarge: { status: 413, errorType: 'PayloadTooLargeException', body: { message: 'Payload Too Large' } },
  limitExceeded: {
    status: 429,
    errorType: 'LimitExceededException',
    body: { message: 'Too Many Requests' },
  },
  serverError: {
    status: 500,
    errorType: 'InternalServerErrorException',
    body: { message: 'Internal server error' },
  },
} as const satisfies Record<string, Answer>;

/**
 * `@connections`: what a backend does to a connection. Requests come signed; here the signature is not checked.
 * Source:
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-how-to-call-websocket-api-connections.html
 */
export class ManagementApi {
  readonly #connections: Connections;
  readonly #addresses: ApiAddresses;
  readonly #clock: Clock;
  readonly #faults: GatewayFaults;

  constructor(options: {
    connections: Connections;
    addresses: ApiAddresses;
    clock: Clock;
    faults: GatewayFaults;
  }) {
    this.#connections = options.connections;
    this.#addresses = options.addresses;
    this.#clock = options.clock;
    this.#faults = options.faults;
  }

  handle(request: IncomingMessage, response: ServerResponse): void {
    const connectionId = connectionIdIn(request.url ?? '', basePaths(request.headers.host, this.#addresses));
    if (connectionId === undefined) {
      respond(response, ManagementError.forbidden);
    } else if (request.method === 'POST') {
      whenRead(request, MAX_MESSAGE_BYTES, (data) =>
        this.#take(this.#faults.post?.(connectionId), response, () =>
          data ? this.#on(connectionId, post(data)) : ManagementError.tooLarge,
        ),
      );
    } else if (request.method === 'GET') {
      this.#take(this.#faults.get?.(connectionId), response, () => this.#on(connectionId, describe));
    } else if (request.method === 'DELETE') {
      this.#take(this.#faults.close?.(connectionId), response, () => this.#on(connectionId, close));
    } else {
      respond(response, ManagementError.forbidden);
    }
  }

  #take(fault: ManagementFault | undefined, response: ServerResponse, act: () => Answer): void {
    switch (fault?.kind) {
      case undefined:
        respond(response, act());
        break;
      case 'throttle':
        respond(response, ManagementError.limitExceeded);
        break;
      case 'server-error':
        respond(response, ManagementError.serverError);
        break;
      case 'false-gone':
        if (fault.isDone) act();
        respond(response, ManagementError.gone);
        break;
      case 'delay':
        response.once(
          'close',
          this.#clock.after(fault.milliseconds, () => respond(response, act())),
        );
        break;
      case 'hang':
        break;
    }
  }

  #on(connectionId: string, act: (connection: Connection) => Answer): Answer {
    if (!isId(connectionId)) return ManagementError.malformedId;
    const connection = this.#connections.find(connectionId);
    return connection ? act(connection) : ManagementError.gone;
  }
}

/**
 * Nothing waits between here and the socket, so posts to a connection are sent in the order in which they are taken.
 */
function post(data: Buffer): (connection: Connection) => Answer {
  return (connection) => {
    const outcome = connection.post(data);
    return outcome === 'sent' ? { status: 200 } : ManagementError.limitExceeded;
  };
}

function describe(connection: Connection): Answer {
  const body = {
    connectedAt: new Date(connection.info.connectedAt).toISOString(),
    lastActiveAt: new Date(connection.lastActiveAt).toISOString(),
    identity: connection.info.identity,
  };
  return { status: 200, body };
}

function close(connection: Connection): Answer {
  connection.close(CloseCode.normal);
  return { status: 204 };
}

/**
 * The id in `<base>/@connections/<id>`, or `undefined` for any other path. Signing clients may encode the `@` too.
 */
function connectionIdIn(url: string, bases: readonly string[]): string | undefined {
  const [path = ''] = url.split('?', 1);
  const match = /^(.*)\/(?:@|%40)connections\/([^/]+)$/.exec(path);
  if (!match || !bases.includes(match[1] ?? '')) return undefined;
  try {
    return decodeURIComponent(match[2] ?? '');
  } catch {
    return undefined;
  }
}

/**
 * Calls back with the body once it is there, or with `undefined` if it is over the limit; the rest is then read and
 * dropped, so that the client gets to its answer. Does not call back when the client leaves before the end.
 */
function whenRead(
  request: IncomingMessage,
  maxBytes: number,
  callback: (body: Buffer | undefined) => void,
): void {
  const chunks: Buffer[] = [];
  let bytes = 0;
  request.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes <= maxBytes) chunks.push(chunk);
    else chunks.length = 0;
  });
  request.on('end', () => callback(bytes <= maxBytes ? Buffer.concat(chunks) : undefined));
}

function respond(response: ServerResponse, { status, errorType, body }: Answer): void {
  if (errorType !== undefined) response.setHeader('x-amzn-ErrorType', errorType);
  if (body !== undefined) response.setHeader('Content-Type', 'application/json');
  response.writeHead(status).end(body === undefined ? undefined : JSON.stringify(body));
}
