import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, isIPv6, type Socket } from 'node:net';
import { type Clock, systemClock } from '../../protocol/clock.ts';
import type { OnMetric } from '../metrics/metric.ts';
import type { ApiAddresses } from './addresses.ts';
import type { GatewayFaults } from './gateway-faults.ts';
import { GatewayMetrics } from './gateway-metrics.ts';
import { IDLE_TIMEOUT_MS, LIFETIME_MS } from './limits.ts';
import { ManagementApi } from './management-api.ts';
import { routeSelector } from './route-selection.ts';
import { Routes, type RouteTarget } from './routes.ts';
import { Upgrade } from './upgrade.ts';
import { WebSocketApi } from './websocket-api.ts';

export type GatewayOptions = {
  host: string;
  /** 0: any free port. */
  port: number;
  apiId: string;
  stage: string;
  /** Whether it has API Gateway's name. @default true */
  hasExecuteApi?: boolean;
  /** A name of its own. @default none */
  domain?: ApiAddresses['domain'];
  /** `$request.body.<path>`, such as `$request.body.action`. */
  routeSelectionExpression: string;
  /** Route key (`$connect`, `register`, `$default`, `$disconnect`, …) to what is behind it. */
  routes: ReadonlyMap<string, RouteTarget>;
  /** @default the system's */
  clock?: Clock;
  /** @default 10 minutes */
  idleTimeoutMs?: number;
  /**
   * Rest of a connection's 2 hours when it opens: with less, events say that it was opened earlier.
   *
   * @default all of it
   */
  lifetimeMs?: number;
  /** @default none */
  faults?: GatewayFaults;
  /** Receives what API Gateway counts. */
  onMetric?: OnMetric;
};

export type Gateway = {
  port: number;
  /** `ws://host:port` */
  url: string;
  /** `http://host:port`, without the stage: where `@connections` is. */
  managementUrl: string;
  /** Of the open connections. */
  connectionIds(): string[];
  /** Ends the connection's TCP connection without a close frame. */
  killSocket(connectionId: string): void;
  /** Closes everything at once and invokes no more functions. */
  stop(): Promise<void>;
};

/**
 * An API Gateway WebSocket API on this machine: WebSockets and `@connections` on one port. Rejects with Node's error
 * when the port can't be had (`EADDRINUSE`), with a `TypeError` for a route selection expression that it doesn't know.
 */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const { host, apiId, stage, clock = systemClock, faults = {} } = options;
  const routes = new Routes(options.routes);
  const addresses = { stage, hasExecuteApi: options.hasExecuteApi ?? true, domain: options.domain };
  const api = new WebSocketApi({
    routes,
    selectRoute: routeSelector(options.routeSelectionExpression, options.routes.keys()),
    clock,
    idleTimeoutMs: options.idleTimeoutMs ?? IDLE_TIMEOUT_MS,
    faults,
    metrics: new GatewayMetrics(apiId, stage, options.onMetric),
  });
  const management = new ManagementApi({ connections: api.connections, addresses, clock, faults });

  const server = createServer((request, response) => management.handle(request, response));
  const sockets = trackSockets(server);
  server.listen(options.port, host);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const domainName = `${isIPv6(host) ? `[${host}]` : host}:${port}`;

  const ageMs = LIFETIME_MS - (options.lifetimeMs ?? LIFETIME_MS);
  const upgrade = new Upgrade(api, { apiId, stage, domainName }, addresses, () => clock.now() - ageMs);
  server.on('upgrade', (request, tcp, head) => upgrade.handle(request, tcp, head));

  return {
    port,
    url: `ws://${domainName}`,
    managementUrl: `http://${domainName}`,
    connectionIds: () => api.connections.ids(),
    killSocket: (connectionId) => api.connections.find(connectionId)?.kill(),
    stop: () => {
      routes.stop();
      return closeServer(server, sockets);
    },
  };
}

/** Node forgets a socket once it is upgraded, and one that waits for `$connect` has no owner yet. */
function trackSockets(server: Server): ReadonlySet<Socket> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  return sockets;
}

/** Resolves when the port is free and every socket has emitted `close`. */
async function closeServer(server: Server, sockets: ReadonlySet<Socket>): Promise<void> {
  const closed = [...sockets].map((socket) => new Promise((resolve) => socket.once('close', resolve)));
  closed.push(new Promise((resolve) => server.close(resolve)));
  for (const socket of sockets) socket.destroy();
  await Promise.all(closed);
}
