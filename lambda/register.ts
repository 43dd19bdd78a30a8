import { setTimeout as sleep } from 'node:timers/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Context } from 'aws-lambda';
import { uidProblem } from '../protocol/uid.ts';
import { ApiGatewayConnections, connectionsClient } from './connection/api-gateway-connections.ts';
import { retryThrottled } from './connection/retry-throttled.ts';
import { requireEnvironment } from './environment.ts';
import type { MessageEvent, RouteResponse } from './gateway-event.ts';
import { EnvironmentVariable, MessageRoute, Sessions } from './names.ts';
import { keepNewest } from './registration/keep-newest.ts';
import { registerConnection } from './registration/register-connection.ts';
import { DynamoDbConnectionTable } from './table/dynamodb-connection-table.ts';

/** A uid's older connections that are closed at the same time. */
const maxConcurrentCloses = 10;

const closeTimeoutMs = 3_000;
const retryForMs = 3_000;

/** Kept back from the function's own timeout. */
const endMarginMs = 4_000;

const table = new DynamoDbConnectionTable(
  new DynamoDBClient({}),
  requireEnvironment(EnvironmentVariable.tableName),
);
const connections = new ApiGatewayConnections(
  connectionsClient(requireEnvironment(EnvironmentVariable.connectionsUrl), maxConcurrentCloses),
  closeTimeoutMs,
);
const isSingle = requireEnvironment(EnvironmentVariable.sessions) === Sessions.single;

/**
 * A browser's message. The first is its credential, the raw uid; nothing is answered. Later ones, and what can't be a uid, are
 * ignored, and so are frames.
 */
export async function handler(event: MessageEvent, context: Context): Promise<RouteResponse> {
  const { routeKey } = event.requestContext;
  const uid = event.body ?? '';
  if (routeKey === MessageRoute.plain && uidProblem(uid) === undefined) {
    const outcome = await registerConnection(table, event.requestContext, uid, Date.now());
    const lastAttemptAt = Date.now() + context.getRemainingTimeInMillis() - endMarginMs;
    if (isSingle && outcome === 'registered') await closeOlder(uid, lastAttemptAt);
  }
  return { statusCode: 200 };
}

async function closeOlder(uid: string, lastAttemptAt: number): Promise<void> {
  const retry = { retryForMs, lastAttemptAt, now: Date.now, random: Math.random, sleep };
  await keepNewest(table, uid, Date.now(), (connectionId) =>
    retryThrottled(() => connections.close(connectionId), retry),
  );
}
