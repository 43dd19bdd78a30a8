import pLimit from 'p-limit';
import { FrameErrorCode } from '../protocol/frame-error.ts';
import type { LineResult } from '../protocol/push-result.ts';
import { type BroadcastPorts, createBroadcasts } from './broadcast/broadcasts.ts';
import { closeConnection } from './connection/close-connection.ts';
import type { Connections } from './connection/connection-ports.ts';
import { retryingConnections } from './connection/retrying-connections.ts';
import { systemRetry } from './connection/system-retry.ts';
import { messageStatus, takeBackMessage } from './messages/message-status.ts';
import type { TellMetrics } from './metrics/metrics.ts';
import { pushMetrics } from './metrics/push-metrics.ts';
import { disconnectUid } from './presence/disconnect-uid.ts';
import type { DisconnectService } from './presence/presence-routes.ts';
import type { PushService } from './push/push-routes.ts';
import { createPushes, type MessagePorts } from './push/stored-pushes.ts';
import { forgetConnection } from './registration/forget-connection.ts';
import type { RouteService } from './routes.ts';
import type { ConnectionTable } from './table/connection-table.ts';

/** Requests to connections, and to the table, that one invocation has under way at the same time. */
export const MAX_CONCURRENT_CONNECTION_REQUESTS = 100;
export const MAX_CONCURRENT_TABLE_REQUESTS = 50;

/** A backend waits for the answer, and a connection's next messages wait for their turn. */
const retryForMs = 3_000;

const disconnected = { code: FrameErrorCode.disconnected, message: 'the backend closed this connection' };

export type DisconnectServicePorts = {
  table: ConnectionTable;
  connections: Connections;
};

export type PushServicePorts = DisconnectServicePorts & {
  messages: MessagePorts;
};

export type ServicePorts = PushServicePorts & {
  broadcasts: BroadcastPorts;
};

/**
 * All that the push URL can do, for one invocation. `lastAttemptAt`: milliseconds since the epoch after which nothing new is posted, so
 * that the answer leaves before the function's timeout.
 */
export function createService(
  ports: ServicePorts,
  lastAttemptAt: number,
  tellMetrics: TellMetrics,
): RouteService {
  const { table, broadcasts, messages } = ports;
  const requests = createRequests(ports, lastAttemptAt);
  const { connectionsOf } = requests;

  return {
    ...pushes(ports, requests, tellMetrics),
    ...createBroadcasts(broadcasts, requests.retry),
    ...disconnects(requests),

    messageStatus: (uid, seq) => messageStatus(uid, seq, messages.log, Date.now()),

    takeBackMessage: (uid, seq) => takeBackMessage(uid, seq, messages.log, Date.now()),

    async presence(uid) {
      const found = await connectionsOf(uid);
      const ordered = found.sort((a, b) => a.registeredAt - b.registeredAt);
      return {
        uid,
        online: found.length > 0,
        connections: ordered.map(({ connectionId, registeredAt }) => ({
          id: connectionId,
          since: new Date(registeredAt).toISOString(),
        })),
      };
    },

    async onlineUids(limit, after) {
      // One more than asked for tells whether there is another page.
      const uids = await table.onlineUids(limit + 1, after, Date.now());
      const last = uids.length > limit ? uids[limit - 1] : undefined;
      return { uids: uids.slice(0, limit), ...(last ? { after: last.uid } : {}) };
    },
  };
}

/** Pushing alone, for one invocation; see `createService`. */
export function createPushService(
  ports: PushServicePorts,
  lastAttemptAt: number,
  tellMetrics: TellMetrics,
): PushService {
  return pushes(ports, createRequests(ports, lastAttemptAt), tellMetrics);
}

/** Disconnecting alone, for one invocation; see `createService`. */
export function createDisconnectService(
  ports: DisconnectServicePorts,
  lastAttemptAt: number,
): DisconnectService {
  return disconnects(createRequests(ports, lastAttemptAt));
}

type Requests = ReturnType<typeof createRequests>;

/** The requests of one invocation share their bounds. */
function createRequests({ table, connections }: DisconnectServicePorts, lastAttemptAt: number) {
  const retry = systemRetry(retryForMs, lastAttemptAt);
  const limitTableRequests = pLimit(MAX_CONCURRENT_TABLE_REQUESTS);
  return {
    retry,
    reached: retryingConnections(connections, retry),
    limitConnectionRequests: pLimit(MAX_CONCURRENT_CONNECTION_REQUESTS),
    limitTableRequests,
    connectionsOf: (uid: string) => limitTableRequests(() => table.connectionsOf(uid, Date.now())),
    forget: (uid: string, connectionId: string, outcome: 'gone' | 'closed' = 'gone') =>
      limitTableRequests(() => forgetConnection(table, uid, connectionId, outcome, Date.now())),
  };
}

function pushes(
  { messages }: PushServicePorts,
  { retry, reached, limitConnectionRequests, limitTableRequests, connectionsOf, forget }: Requests,
  tellMetrics: TellMetrics,
): PushService {
  const post = (connectionId: string, text: string) =>
    limitConnectionRequests(() => reached.post(connectionId, text));

  const onPushed = (results: readonly LineResult[], elapsedMs: number) =>
    tellMetrics(pushMetrics(results, elapsedMs));

  return createPushes(messages, { connectionsOf, forget, post, onPushed }, retry, limitTableRequests);
}

function disconnects({
  reached,
  limitConnectionRequests,
  connectionsOf,
  forget,
}: Requests): DisconnectService {
  return {
    disconnect: (uid, except) =>
      disconnectUid(uid, except, {
        connectionsOf,
        forget,
        close: (connection) =>
          limitConnectionRequests(() => closeConnection(reached, connection, disconnected)),
      }),
  };
}
