import type { Context } from 'aws-lambda';
import { type FrameError, FrameErrorCode } from '../protocol/frame-error.ts';
import { pongFrame } from '../protocol/frames.ts';
import { closeConnection } from './connection/close-connection.ts';
import type { Connections } from './connection/connection-ports.ts';
import { type RetryingConnections, retryingConnections } from './connection/retrying-connections.ts';
import { systemRetry } from './connection/system-retry.ts';
import { requireEnvironment } from './environment.ts';
import type { MessageEvent, RouteResponse } from './gateway-event.ts';
import { identification } from './identity/identification.ts';
import { isProven } from './identity/identity.ts';
import { isTokenRefusal } from './identity/token.ts';
import { invocation } from './invocation.ts';
import { logInfo, logWarning } from './log.ts';
import type { BothTables } from './messages/both-tables.ts';
import type { MessageLog } from './messages/message-log.ts';
import { createReplayService, type ReplayService } from './messages/replay-service.ts';
import { metricsOfEnvironment, type TellMetrics } from './metrics/metrics.ts';
import { EnvironmentVariable, Identity, MessageRoute, MetricName, Sessions } from './names.ts';
import { answerRegister } from './registration/answer-register.ts';
import { keepNewest } from './registration/keep-newest.ts';
import { registerConnection } from './registration/register-connection.ts';
import { registerFramedConnection } from './registration/register-framed-connection.ts';
import type { ConnectionTable } from './table/connection-table.ts';

const retryForMs = 3_000;

/** Kept back from the function's own timeout. */
const endMarginMs = 4_000;

const replaced = { code: FrameErrorCode.replaced, message: 'a newer connection of this uid took its place' };

export type RegisterPorts = {
  table: ConnectionTable;
  log: MessageLog;
  bothTables: BothTables;
  connections: Connections;
  /** The values of a secret that are valid now. */
  readSecret(secretId: string): Promise<string[]>;
};

/** Answers a browser's message, by the route that it selected, over `ports`. */
export function createRegisterHandler(
  { table, log, bothTables, connections, readSecret }: RegisterPorts,
  tellMetrics: TellMetrics = metricsOfEnvironment(),
) {
  const isSingle = requireEnvironment(EnvironmentVariable.sessions) === Sessions.single;
  const isClaimed = requireEnvironment(EnvironmentVariable.identity) === Identity.claimed;
  const identify = identification(readSecret);

  return (event: MessageEvent, context: Context): Promise<RouteResponse> =>
    invocation(context.awsRequestId, () => handle(event, context));

  async function handle(event: MessageEvent, context: Context): Promise<RouteResponse> {
    const { routeKey, connectionId } = event.requestContext;
    const lastAttemptAt = Date.now() + context.getRemainingTimeInMillis() - endMarginMs;
    const reached = retryingConnections(connections, systemRetry(retryForMs, lastAttemptAt));
    const messages = replays(reached);
    switch (routeKey) {
      case MessageRoute.ping:
        await reached.post(connectionId, pongFrame);
        break;
      case MessageRoute.check:
        await messages.answerCheck(connectionId);
        break;
      case MessageRoute.replay:
        await messages.answerReplay(connectionId, event.body ?? '');
        break;
      case MessageRoute.acknowledge:
        await messages.acknowledge(connectionId, event.body ?? '');
        break;
      default: {
        const isFramed = routeKey === MessageRoute.register;
        const uid = await (isFramed ? registerFramed(event, messages, reached) : registerPlain(event));
        if (uid === undefined) break;
        logInfo('registered', { connectionId, isFramed });
        tellMetrics({ [MetricName.registrations]: 1 });
        // After the answer: a client that replaces its own connection knows of the new one before it loses the old one.
        if (isSingle) await closeOlder(uid, connectionId, reached);
      }
    }
    return { statusCode: 200 };
  }

  function replays({ post, close }: RetryingConnections): ReplayService {
    return createReplayService({ log, table, bothTables, post, close, now: Date.now });
  }

  /** Answers the uid if it was newly registered, as `registerPlain` does. */
  async function registerFramed(
    event: MessageEvent,
    messages: ReplayService,
    reached: RetryingConnections,
  ): Promise<string | undefined> {
    const { connectionId } = event.requestContext;
    return answerRegister(event.body ?? '', event.requestContext, {
      credentialName: isClaimed ? 'uid' : 'token',
      identify,
      register: (proven, isAgain) =>
        registerFramedConnection(
          table,
          bothTables,
          event.requestContext,
          proven,
          event.requestContext.requestTimeEpoch,
          isAgain,
        ),
      readPage: messages.readPage,
      sendPage: (uid, page) => messages.sendPage(connectionId, uid, page),
      now: Date.now,
      post: (frame) => reached.post(connectionId, frame),
      close: () => reached.close(connectionId),
      onRefused: (error) => noteRefusal(connectionId, error),
    });
  }

  /** The first message of a plain socket is its credential, raw. Nothing is answered, and what proves nothing is ignored. */
  async function registerPlain(event: MessageEvent): Promise<string | undefined> {
    const { connectionId, requestTimeEpoch } = event.requestContext;
    const proven = await identify(event.body ?? '');
    if (!isProven(proven)) {
      // A later message proves nothing and need not: it is data, or a heartbeat. The read is made only where a line would be written.
      if ((await table.registrationOf(connectionId)) === undefined) noteRefusal(connectionId, proven);
      return undefined;
    }
    const { outcome } = await registerConnection(table, event.requestContext, proven, requestTimeEpoch);
    return outcome === 'registered' ? proven.uid : undefined;
  }

  function noteRefusal(connectionId: string, error: FrameError): void {
    const { code } = error;
    logWarning('register-refused', { connectionId, code });
    if (code === FrameErrorCode.unavailable) tellMetrics({ [MetricName.internalErrors]: 1 });
    if (isTokenRefusal(error)) tellMetrics({ [MetricName.tokenRefusals]: 1 }, { code });
  }

  async function closeOlder(uid: string, connectionId: string, reached: RetryingConnections): Promise<void> {
    await keepNewest(table, uid, connectionId, Date.now(), (connection) =>
      closeConnection(reached, connection, replaced),
    );
  }
}
