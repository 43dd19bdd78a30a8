import { setTimeout as sleep } from 'node:timers/promises';
import { ApiGatewayManagementApiClient } from '@aws-sdk/client-apigatewaymanagementapi';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Context } from 'aws-lambda';
import pLimit from 'p-limit';
import { isRefusal } from '../protocol/refusal.ts';
import { ApiGatewayPoster } from './connection/api-gateway-poster.ts';
import { postWithRetry } from './connection/post-with-retry.ts';
import { requireEnvironment } from './environment.ts';
import { EnvironmentVariable } from './names.ts';
import { bodyOf, type FunctionUrlEvent, type HttpResponse, mediaTypeOf } from './push/function-url-event.ts';
import { pushMessages } from './push/push-messages.ts';
import { type Push, pushLines, pushOne } from './push/push-request.ts';
import {
  jsonResponse,
  ndjsonMediaType,
  ndjsonResponse,
  problemResponse,
  refusalResponse,
} from './push/response.ts';
import { forgetGoneConnection } from './registration/forget-connection.ts';
import { DynamoDbConnectionTable } from './table/dynamodb-connection-table.ts';

/** Posts, and table requests, that one invocation has under way at the same time. */
const maxConcurrentPosts = 100;
const maxConcurrentTableRequests = 50;

/** Kept back from the function's own timeout for the posts that are under way and the answer. */
const answerMarginMs = 4_000;

const table = new DynamoDbConnectionTable(
  new DynamoDBClient({ requestHandler: { httpsAgent: { maxSockets: maxConcurrentTableRequests } } }),
  requireEnvironment(EnvironmentVariable.tableName),
);
const poster = new ApiGatewayPoster(
  new ApiGatewayManagementApiClient({
    endpoint: requireEnvironment(EnvironmentVariable.connectionsUrl),
    maxAttempts: 1,
    requestHandler: { httpsAgent: { maxSockets: maxConcurrentPosts } },
  }),
);

/** The push URL: `POST /push` with one message (JSON) or many (NDJSON). */
export async function handler(event: FunctionUrlEvent, context: Context): Promise<HttpResponse> {
  if (event.rawPath !== '/push') return problemResponse(404, 'unknown-route', 'there is no such path');
  if (event.requestContext.http.method !== 'POST') {
    return problemResponse(405, 'wrong-method', 'messages are pushed by POST');
  }
  const push = pushUntil(Date.now() + context.getRemainingTimeInMillis() - answerMarginMs);
  if (mediaTypeOf(event) === ndjsonMediaType) {
    const results = await pushLines(bodyOf(event), push);
    return Array.isArray(results) ? ndjsonResponse(results) : refusalResponse(results);
  }
  const result = await pushOne(bodyOf(event), push);
  return isRefusal(result) ? refusalResponse(result) : jsonResponse(result);
}

function pushUntil(lastAttemptAt: number): Push {
  const conditions = { lastAttemptAt, now: Date.now, random: Math.random, sleep };
  const limitPosts = pLimit(maxConcurrentPosts);
  const limitTableRequests = pLimit(maxConcurrentTableRequests);
  return (messages) =>
    pushMessages(messages, {
      connectionsOf: (uid) => limitTableRequests(() => table.connectionsOf(uid, Date.now())),
      post: (connectionId, text) => limitPosts(() => postWithRetry(poster, connectionId, text, conditions)),
      forget: (uid, connectionId) => limitTableRequests(() => forgetGoneConnection(table, uid, connectionId)),
    });
}
