import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import type { Clock } from '../../protocol/clock.ts';
import type { Ending } from './close-codes.ts';
import { type ConnectAnswer, connectAnswer } from './connect-answer.ts';
import { Connection } from './connection.ts';
import { Connections } from './connections.ts';
import {
  type ConnectionInfo,
  connectEvent,
  disconnectEvent,
  type Handshake,
  messageEvent,
  type RouteRequest,
} from './event-builder.ts';
import type { GatewayFaults } from './gateway-faults.ts';
import type { GatewayMetrics } from './gateway-metrics.ts';
import { newId } from './ids.ts';
import { PredefinedRoute, type SelectRoute } from './route-selection.ts';
import type { Routes } from './routes.ts';

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/websocket-api-protect.html */
const tooManyRequests = 429;

/** Events of a connection's life, and the function that receives each. */
export class WebSocketApi {
  readonly connections = new Connections();
  readonly #routes: Routes;
  readonly #selectRoute: SelectRoute;
  readonly #clock: Clock;
  readonly #idleTimeoutMs: number;
  readonly #faults: GatewayFaults;
  readonly #metrics: GatewayMetrics;

  constructor(options: {
    routes: Routes;
    selectRoute: SelectRoute;
    clock: Clock;
    idleTimeoutMs: number;
    faults: GatewayFaults;
    metrics: GatewayMetrics;
  }) {
    this.#routes = options.routes;
    this.#selectRoute = options.selectRoute;
    this.#clock = options.clock;
    this.#idleTimeoutMs = options.idleTimeoutMs;
    this.#faults = options.faults;
    this.#metrics = options.metrics;
  }

  /** Whether the connection may open. An API without a `$connect` route takes everyone. */
  async connect(info: ConnectionInfo, handshake: Handshake): Promise<ConnectAnswer> {
    if (this.#isThrottled(PredefinedRoute.connect)) return { opens: false, status: tooManyRequests };
    this.#metrics.count('ConnectCount');
    const event = connectEvent(info, this.#newRequest(), handshake);
    const outcome = await this.#routes.invoke(PredefinedRoute.connect, event);
    const answer = outcome ? connectAnswer(outcome) : ({ opens: true, subprotocol: undefined } as const);
    this.#metrics.countOutcome(outcome, !answer.opens);
    return answer;
  }

  /**
   * Only from here on the connection can be posted to: before `$connect` has returned a post is answered with 410.
   * Source: https://repost.aws/knowledge-center/410-gone-api-gateway
   */
  open(info: ConnectionInfo, sockets: { webSocket: WebSocket; tcp: Duplex }): void {
    const listener = {
      onMessage: (connection: Connection, body: string) => this.#message(connection, body),
      onClosed: (connection: Connection, ending: Ending) => this.#disconnect(connection, ending),
    };
    this.connections.add(
      new Connection(info, sockets, {
        listener,
        clock: this.#clock,
        idleTimeoutMs: this.#idleTimeoutMs,
        lateEndMs: this.#faults.lateEndMs ?? 0,
      }),
    );
  }

  /**
   * Sends the answer of the route's mock integration, or invokes the route's function. What that returns goes nowhere:
   * without a route response a route is one-way, and a `statusCode` changes nothing. API Gateway promises no order
   * among the messages of a connection; here too they may overtake.
   * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/websocket-api-develop-routes.html
   */
  async #message(connection: Connection, body: string): Promise<void> {
    const request = this.#newRequest();
    const routeKey = this.#selectRoute(body);
    if (routeKey === undefined) {
      // Seen in https://github.com/aws-samples/simple-websockets-chat-app/issues/24
      this.#postError(connection, request, 'Forbidden');
      return;
    }
    this.#metrics.count('MessageCount');
    if (this.#isThrottled(routeKey)) {
      this.#postError(connection, request, 'Too Many Requests');
      return;
    }
    const mock = this.#routes.mockOf(routeKey);
    if (mock) {
      if (mock.answer !== undefined) connection.post(Buffer.from(mock.answer));
      return;
    }
    const event = messageEvent(connection.info, request, { routeKey, messageId: newId(), body });
    const outcome = await this.#routes.invoke(routeKey, event);
    this.#metrics.countOutcome(outcome);
    if (outcome && 'errorType' in outcome) {
      // Seen in https://github.com/nearst/laconia/issues/41. The connection stays open.
      this.#postError(connection, request, 'Internal server error');
    }
  }

  /**
   * Sends `$disconnect`, whichever side closed the connection, or neither. AWS calls this best effort: it may never
   * come.
   * Source:
   * https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-route-keys-connect-disconnect.html
   */
  #disconnect(connection: Connection, ending: Ending): void {
    this.connections.remove(connection);
    if (this.#faults.losesDisconnect?.(connection.id)) return;
    const event = disconnectEvent(connection.info, this.#newRequest(), ending);
    void this.#routes
      .invoke(PredefinedRoute.disconnect, event)
      .then((outcome) => this.#metrics.countOutcome(outcome));
  }

  /** A request that is refused calls no function. */
  #isThrottled(routeKey: string): boolean {
    const isThrottled = this.#faults.throttles?.(routeKey) ?? false;
    if (isThrottled) this.#metrics.count('ClientError');
    return isThrottled;
  }

  /** Spaced as API Gateway's own. */
  #postError(connection: Connection, { requestId }: RouteRequest, message: string): void {
    const frame = `{"message": "${message}", "connectionId":"${connection.id}", "requestId":"${requestId}"}`;
    connection.post(Buffer.from(frame));
  }

  #newRequest(): RouteRequest {
    return { requestId: newId(), time: this.#clock.now() };
  }
}
