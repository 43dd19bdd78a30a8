import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import type { HttpClient } from '../client/backend/http-client.ts';
import { createLog, type Log, LogLevel } from '../protocol/log-line.ts';
import { defaultTextLimits, type TextLimits } from './limits.ts';
import { LineConnection } from './line-connection.ts';

export type TextServiceOptions = {
  host: string;
  /** 0: any free port. */
  port: number;
  /** Sends requests to the push URL. */
  http: HttpClient;
  /** How long messages are stored. @default 0: not at all */
  ttlSeconds?: number;
  /** Any of these must be a connection's first line. @default none is required */
  secrets?: readonly string[];
  /** @default `defaultTextLimits`, also for each limit that is left out */
  limits?: Partial<TextLimits>;
  /** Whether each request begins a trace. @default false */
  isTracing?: boolean;
  /** @default standard error, from `warn` on */
  log?: Log;
};

export type TextService = {
  port: number;
  /** Connections that are open, or whose accepted lines are still being pushed. */
  readonly connectionCount: number;
  /**
   * Listens no more and accepts no more bytes; resolves when every accepted line has been answered and every connection
   * closed, at the latest after `stopDeadlineMs`. Calling it again waits for the same end.
   */
  stop(): Promise<void>;
};

/** Standard output is for the `ready` line. */
export function logToStandardError(least: LogLevel = LogLevel.warn): Log {
  return createLog(least, (line) => process.stderr.write(line));
}

/** Starts the Text protocol over TCP; rejects when the port can't be had. */
export async function startTextService(options: TextServiceOptions): Promise<TextService> {
  const { host, port, http, ttlSeconds = 0, secrets = [], isTracing = false } = options;
  const { log = logToStandardError() } = options;
  const limits = { ...defaultTextLimits, ...options.limits };
  const connections = new Set<LineConnection>();

  let isRefusing = false;
  const onConnection = (socket: Socket) => {
    if (connections.size >= limits.maxConnections) {
      // Logged once, not for each of the attempts that follow.
      if (!isRefusing) log.error('connections-refused', { maxConnections: limits.maxConnections });
      isRefusing = true;
      socket.destroy();
      return;
    }
    isRefusing = false;
    const conditions = { http, ttlSeconds, limits, secrets, isTracing, log };
    const connection = new LineConnection(socket, conditions);
    connections.add(connection);
    void connection.finished.then(() => connections.delete(connection));
  };

  // Answers are small and awaited: without noDelay one would wait for the acknowledgement of the one before.
  const server = createServer({ allowHalfOpen: true, noDelay: true }, onConnection);
  server.listen(port, host);
  await once(server, 'listening');
  server.on('error', () => log.error('accept-failed'));

  let stopped: Promise<void> | undefined;
  return {
    port: (server.address() as AddressInfo).port,
    get connectionCount() {
      return connections.size;
    },
    stop() {
      stopped ??= stopService(server, connections, limits.stopDeadlineMs);
      return stopped;
    },
  };
}

async function stopService(
  server: Server,
  connections: ReadonlySet<LineConnection>,
  deadlineMs: number,
): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve));
  const finished = Array.from(connections, (connection) => {
    connection.stop();
    return connection.finished;
  });
  await settledWithin(Promise.all(finished), deadlineMs);
  for (const connection of connections) connection.destroy();
  await closed;
}

function settledWithin(work: Promise<unknown>, milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    void work.then(() => {
      clearTimeout(timer);
      resolve();
    });
  });
}
