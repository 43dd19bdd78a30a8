import type { Context } from 'aws-lambda';
import { FrameErrorCode } from '../protocol/frame-error.ts';
import { pongFrame } from '../protocol/frames.ts';
import { closeConnection } from './connection/close-connection.ts';
import type { ConnectionCloser, ConnectionPoster } from './connection/connection-ports.ts';
import { retryThrottled } from './connection/retry-throttled.ts';
import { systemRetry } from './connection/system-retry.ts';
import { requireEnvironment } from './environment.ts';
import type { MessageEvent, RouteResponse } from './gateway-event.ts';
import { identification } from './identity/identification.ts';
import { isProven } from './identity/identity.ts';
import { EnvironmentVariable, Identity, MessageRoute, Sessions } from './names.ts';
import { answerRegister, logRefusal } from './registration/answer-register.ts';
import { keepNewest } from './registration/keep-newest.ts';
import { registerConnection } from './registration/register-connection.ts';
import type { ConnectionTable } from './table/connection-table.ts';

const retryForMs = 3_000;

/** Kept back from the function's own timeout. */
const endMarginMs = 4_000;

const replaced = { code: FrameErrorCode.replaced, message: 'a newer connection of this uid took its place' };

export type RegisterPorts = {
  table: ConnectionTable;
  connections: ConnectionPoster & ConnectionCloser;
  /** The values of a secret that are valid now. */
  readSecret(secretId: string): Promise<string[]>;
};

/** Answers a browser's message, by the route that it selected, over `ports`. */
export function createRegisterHandler({ table, connections, readSecret }: RegisterPorts) {
  const isSingle = requireEnvironment(EnvironmentVariable.sessions) === Sessions.single;
  const isClaimed = requireEnvironment(EnvironmentVariable.identity) === Identity.claimed;
  const identify = identification(readSecret);

  return async (event: MessageEvent, context: Context): Promise<RouteResponse> => {
    const { routeKey, connectionId } = event.requestContext;
    const lastAttemptAt = Date.now() + context.getRemainingTimeInMillis() - endMarginMs;
    if (routeKey === MessageRoute.ping) {
      await connections.post(connectionId, pongFrame);
    } else {
      const uid = await (routeKey === MessageRoute.register ? registerFramed(event) : registerPlain(event));
      // After the answer: a client that replaces its own connection knows of the new one before it loses the old one.
      if (isSingle && uid !== undefined) await closeOlder(uid, lastAttemptAt);
    }
    return { statusCode: 200 };
  };

  /** Answers the uid if it was newly registered, as `registerPlain` does. */
  async function registerFramed(event: MessageEvent): Promise<string | undefined> {
    const { connectionId } = event.requestContext;
    return answerRegister(event.body ?? '', event.requestContext, {
      credentialName: isClaimed ? 'uid' : 'token',
      identify,
      register: (proven) => registerConnection(table, event.requestContext, proven, true, Date.now()),
      now: Date.now,
      post: (frame) => connections.post(connectionId, frame),
      close: () => connections.close(connectionId),
    });
  }

  /** The first message of a plain socket is its credential, raw. Nothing is answered, and what proves nothing is ignored. */
  async function registerPlain(event: MessageEvent): Promise<string | undefined> {
    const proven = await identify(event.body ?? '');
    if (!isProven(proven)) {
      logRefusal(event.requestContext.connectionId, proven);
      return undefined;
    }
    const outcome = await registerConnection(table, event.requestContext, proven, false, Date.now());
    return outcome === 'registered' ? proven.uid : undefined;
  }

  async function closeOlder(uid: string, lastAttemptAt: number): Promise<void> {
    const retry = systemRetry(retryForMs, lastAttemptAt);
    await keepNewest(table, uid, Date.now(), (connection) =>
      retryThrottled(() => closeConnection(connections, connection, replaced), retry),
    );
  }
}
