import type { Context, SQSEvent } from 'aws-lambda';
import { systemClock } from '../protocol/clock.ts';
import { ApiGatewayConnections } from './aws/api-gateway-connections.ts';
import { BroadcastQueue } from './aws/broadcast-queue.ts';
import { documentClient } from './aws/dynamodb.ts';
import { DynamoDbBroadcastTable } from './aws/dynamodb-broadcast-table.ts';
import { DynamoDbConnectionTable } from './aws/dynamodb-connection-table.ts';
import { parseTask } from './broadcast/broadcast-task.ts';
import { MAX_CONCURRENT_POSTS } from './broadcast/post-to-all.ts';
import { type WorkDependencies, workOnTask } from './broadcast/work-on-task.ts';
import { retryingConnections, systemRetry } from './connection/retrying-connections.ts';
import { requireEnvironment } from './environment.ts';
import { invocation } from './invocation.ts';
import { correlated } from './log.ts';
import { metricsFromEnvironment } from './metrics/metrics.ts';
import { EnvironmentVariable } from './names.ts';

/** No caller waits for a broadcast, so a slow connection has its time; the others don't wait for it. */
const postTimeoutMs = 10_000;
const retryForMs = 10_000;

/** Subtracted from the function's own timeout, for the posts that are under way, and to count what was posted. */
const countMarginMs = postTimeoutMs + 3_000;

const postsPerSecond = Number(requireEnvironment(EnvironmentVariable.postsPerSecond));
const tableName = requireEnvironment(EnvironmentVariable.tableName);
const messageTableName = requireEnvironment(EnvironmentVariable.messageTableName);

const dynamoDb = documentClient();
const connections = new ApiGatewayConnections({
  url: requireEnvironment(EnvironmentVariable.connectionsUrl),
  maxSockets: MAX_CONCURRENT_POSTS,
  timeoutMs: postTimeoutMs,
});

const dependencies: Omit<WorkDependencies, 'connections'> = {
  broadcasts: new DynamoDbBroadcastTable(dynamoDb, tableName, messageTableName),
  table: new DynamoDbConnectionTable(dynamoDb, tableName),
  queue: new BroadcastQueue(requireEnvironment(EnvironmentVariable.broadcastQueueUrl)),
  deadLetters: new BroadcastQueue(requireEnvironment(EnvironmentVariable.broadcastDeadLetterQueueUrl)),
  postsPerSecond,
  // Half are registrations, so it is about two seconds of posts; 1 MB, DynamoDB's own limit, has more.
  pageSize: Math.min(1_000, Math.ceil(4 * postsPerSecond)),
  clock: systemClock,
  recordMetrics: metricsFromEnvironment(),
};

/** Does the tasks of broadcasts that the queue delivers. Throws when one is to be delivered again. */
export function handler(event: SQSEvent, context: Context): Promise<void> {
  const lastAttemptAt = Date.now() + context.getRemainingTimeInMillis() - countMarginMs;
  const retrying = retryingConnections(connections, systemRetry(retryForMs, lastAttemptAt));
  return invocation(context.awsRequestId, async () => {
    for (const { body } of event.Records) {
      const task = parseTask(body);
      // The log lines of its workers are found by the id that the backend was given.
      const work = () => workOnTask(task, { ...dependencies, connections: retrying });
      await correlated(task.broadcast, work, task.traceparent);
    }
  });
}
