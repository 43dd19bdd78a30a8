import type { GroupRoute, MessageRoute } from './names.ts';
import type { ConnectHeaders } from './registration/connect-header.ts';

/**
 * The parts of API Gateway's WebSocket events that the functions read.
 * Source:
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-mapping-template-reference.html
 * (`@types/aws-lambda` lacks some of them.)
 */
type RequestContext = {
  connectionId: string;
  /** When the socket was opened, milliseconds since the epoch. */
  connectedAt: number;
  /** When API Gateway received what the event is about, milliseconds since the epoch. */
  requestTimeEpoch: number;
};

export type ConnectEvent = {
  requestContext: RequestContext;
  headers?: ConnectHeaders;
};

export type MessageEvent = {
  /** `routeKey`: the route that the message selected by its `action`. */
  requestContext: RequestContext & { routeKey: MessageRoute | GroupRoute };
  body?: string;
};

export type DisconnectEvent = { requestContext: RequestContext };

/** The answer to a route: 2xx, or for `$connect` the status with which the socket is refused. */
export type RouteResponse = { statusCode: number };
