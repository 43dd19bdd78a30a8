/**
 * The events that API Gateway hands to the functions of a WebSocket API. Nothing here reads a clock or a socket.
 * Source:
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-integration-requests.html for
 * `$connect` and `$disconnect`; messages as published events show them. No route has an authorizer, so there is no
 * `authorizer`.
 */
import { disconnectReason, type Ending } from './close-codes.ts';
import { PredefinedRoute } from './route-selection.ts';

/** Properties that stay the same over a connection's life. Times are milliseconds since the epoch. */
export type ConnectionInfo = {
  connectionId: string;
  connectedAt: number;
  domainName: string;
  stage: string;
  apiId: string;
  /** `userAgent` is missing when the client sent none. */
  identity: { sourceIp: string; userAgent?: string };
};

/** One call of a route: its name in logs and error frames, and when it came. */
export type RouteRequest = { requestId: string; time: number };

/**
 * Request of a client that connects: its headers as they came (name, value, name, …), and the query without `?`.
 */
export type Handshake = { rawHeaders: readonly string[]; query: string };

type RequestContext = ConnectionInfo & {
  routeKey: string;
  messageDirection: 'IN';
  /** `09/Feb/2024:18:11:43 +0000` */
  requestTime: string;
  requestTimeEpoch: number;
  requestId: string;
  /** The same as `requestId`. */
  extendedRequestId: string;
};

type Headers = {
  /** Of several values the last. */
  headers: Record<string, string>;
  multiValueHeaders: Record<string, string[]>;
};

export type ConnectEvent = Headers & {
  /** Both are missing when there is no query. */
  queryStringParameters?: Record<string, string>;
  multiValueQueryStringParameters?: Record<string, string[]>;
  requestContext: RequestContext & { eventType: 'CONNECT' };
  isBase64Encoded: false;
};

export type MessageEvent = {
  requestContext: RequestContext & { eventType: 'MESSAGE'; messageId: string };
  body: string;
  isBase64Encoded: false;
};

export type DisconnectEvent = Headers & {
  requestContext: RequestContext & {
    eventType: 'DISCONNECT';
    disconnectStatusCode: number;
    disconnectReason: string;
  };
  isBase64Encoded: false;
};

export function connectEvent(
  connection: ConnectionInfo,
  request: RouteRequest,
  { rawHeaders, query }: Handshake,
): ConnectEvent {
  const headers = multiValues(endToEnd(pairs(rawHeaders)));
  const parameters = multiValues(new URLSearchParams(query));
  return {
    headers: lastValues(headers),
    multiValueHeaders: headers,
    ...(query && {
      queryStringParameters: lastValues(parameters),
      multiValueQueryStringParameters: parameters,
    }),
    requestContext: {
      ...requestContext(connection, request, PredefinedRoute.connect),
      eventType: 'CONNECT',
    },
    isBase64Encoded: false,
  };
}

export function messageEvent(
  connection: ConnectionInfo,
  request: RouteRequest,
  message: { routeKey: string; messageId: string; body: string },
): MessageEvent {
  return {
    requestContext: {
      ...requestContext(connection, request, message.routeKey),
      eventType: 'MESSAGE',
      messageId: message.messageId,
    },
    body: message.body,
    isBase64Encoded: false,
  };
}

/** Its headers are API Gateway's own: what the client sent at `$connect` is not in it. */
export function disconnectEvent(
  connection: ConnectionInfo,
  request: RouteRequest,
  ending: Ending,
): DisconnectEvent {
  const headers = { Host: connection.domainName, 'x-api-key': '', 'X-Forwarded-For': '', 'x-restapi': '' };
  return {
    headers,
    multiValueHeaders: multiValues(Object.entries(headers)),
    requestContext: {
      ...requestContext(connection, request, PredefinedRoute.disconnect),
      eventType: 'DISCONNECT',
      disconnectStatusCode: ending.code,
      disconnectReason: disconnectReason(ending),
    },
    isBase64Encoded: false,
  };
}

function requestContext(
  connection: ConnectionInfo,
  { requestId, time }: RouteRequest,
  routeKey: string,
): RequestContext {
  return {
    ...connection,
    routeKey,
    messageDirection: 'IN',
    requestTime: commonLogTime(time),
    requestTimeEpoch: time,
    requestId,
    extendedRequestId: requestId,
  };
}

/** The time format of the Common Log Format, in UTC. */
function commonLogTime(time: number): string {
  // toUTCString: `Fri, 09 Feb 2024 18:11:43 GMT`, fixed by ECMA-262.
  const [, day, month, year, clock] = new Date(time).toUTCString().split(' ');
  return `${day}/${month}/${year}:${clock} +0000`;
}

function* pairs(rawHeaders: readonly string[]): Generator<[string, string]> {
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    yield [rawHeaders[index] ?? '', rawHeaders[index + 1] ?? ''];
  }
}

/** `Connection` and `Upgrade` concern the hop to API Gateway and are not in its events. */
function* endToEnd(headers: Iterable<[string, string]>): Generator<[string, string]> {
  for (const [name, value] of headers) {
    if (!/^(connection|upgrade)$/i.test(name)) yield [name, value];
  }
}

/** Names keep the spelling in which they came. `fromEntries` makes even `__proto__` an ordinary member. */
function multiValues(entries: Iterable<[string, string]>): Record<string, string[]> {
  const values = new Map<string, string[]>();
  for (const [name, value] of entries) {
    const known = values.get(name);
    if (known) known.push(value);
    else values.set(name, [value]);
  }
  return Object.fromEntries(values);
}

function lastValues(values: Record<string, string[]>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([name, all]) => [name, all.at(-1) ?? '']));
}
