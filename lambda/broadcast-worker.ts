import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Context, SQSEvent } from 'aws-lambda';
import { ApiGatewayConnections } from './aws/api-gateway-connections.ts';
import { BroadcastQueue } from './aws/broadcast-queue.ts';
import { dynamoDbClient } from './aws/dynamodb.ts';
import { DynamoDbBroadcastTable } from './aws/dynamodb-broadcast-table.ts';
import { DynamoDbConnectionTable } from './aws/dynamodb-connection-table.ts';
import { sqsClient } from './aws/sqs.ts';
import type { Counts } from './broadcast/broadcast-table.ts';
import { parseTask } from './broadcast/broadcast-task.ts';
import { countsOf, MAX_CONCURRENT_POSTS, postToAll } from './broadcast/post-to-all.ts';
import { type WorkPorts, workOnTask } from './broadcast/work-on-task.ts';
import { outgoing, postInOrder } from './connection/outgoing.ts';
import { retryingConnections } from './connection/retrying-connections.ts';
import { systemRetry } from './connection/system-retry.ts';
import { requireEnvironment } from './environment.ts';
import { invocation } from './invocation.ts';
import { correlated } from './log.ts';
import { type MetricValues, metricsOfEnvironment } from './metrics/metrics.ts';
import { EnvironmentVariable, MetricName } from './names.ts';
import { forgetGoneConnection } from './registration/forget-connection.ts';

/** Nobody waits for a broadcast, so a slow connection has its time; the others don't wait for it. */
const postTimeoutMs = 10_000;
const retryForMs = 10_000;

/** Kept back from the function's own timeout for the posts that are under way, and to count what was posted. */
const countMarginMs = postTimeoutMs + 3_000;

const postsPerSecond = Number(requireEnvironment(EnvironmentVariable.postsPerSecond));

/** Items that one page reads. Half are registrations, so it is about two seconds of posts; 1 MB, DynamoDB's own limit, has more. */
const pageSize = Math.min(1_000, Math.ceil(4 * postsPerSecond));

const dynamoDb = dynamoDbClient();
const sqs = sqsClient();
const tableName = requireEnvironment(EnvironmentVariable.tableName);
const table = new DynamoDbConnectionTable(dynamoDb, tableName);
const broadcasts = new DynamoDbBroadcastTable(
  dynamoDb,
  tableName,
  requireEnvironment(EnvironmentVariable.messageTableName),
);
const queue = new BroadcastQueue(sqs, requireEnvironment(EnvironmentVariable.broadcastQueueUrl));
const deadLetters = new BroadcastQueue(
  sqs,
  requireEnvironment(EnvironmentVariable.broadcastDeadLetterQueueUrl),
);
const connections = new ApiGatewayConnections({
  url: requireEnvironment(EnvironmentVariable.connectionsUrl),
  maxSockets: MAX_CONCURRENT_POSTS,
  timeoutMs: postTimeoutMs,
});

const tellMetrics = metricsOfEnvironment();

/** Does the tasks of broadcasts that the queue hands over. Throws when one is to be handed over again. */
export function handler(event: SQSEvent, context: Context): Promise<void> {
  const ports = portsUntil(Date.now() + context.getRemainingTimeInMillis() - countMarginMs);
  return invocation(context.awsRequestId, async () => {
    for (const { body } of event.Records) {
      const task = parseTask(body);
      // Its workers' log lines are found by the id that the backend was given.
      await correlated(task.broadcast, () => workOnTask(task, ports));
    }
  });
}

/** `lastAttemptAt`: milliseconds since the epoch after which nothing new is posted. */
function portsUntil(lastAttemptAt: number): WorkPorts {
  const reached = retryingConnections(connections, systemRetry(retryForMs, lastAttemptAt));
  return {
    table: broadcasts,
    pageSize,
    now: Date.now,
    newRepetition: randomUUID,
    async postToAll(broadcast, text, targets) {
      const message = outgoing(broadcast, text, isJson(text));
      const posted = await postToAll(targets, postsPerSecond, {
        now: Date.now,
        sleep,
        post: ({ connectionId, isFramed }) =>
          postInOrder(message(isFramed), (part) => reached.post(connectionId, part)),
      });
      tellMetrics(broadcastMetrics(countsOf(posted)));
      return posted;
    },
    async forgetAll(recipients) {
      await Promise.all(
        recipients.map(({ uid, connectionId }) => forgetGoneConnection(table, uid, connectionId)),
      );
    },
    enqueue: (task) => queue.send(task),
    setAside: (task) => deadLetters.send(task),
  };
}

function broadcastMetrics({ delivered, gone, failed }: Counts): MetricValues {
  return {
    [MetricName.broadcastDelivered]: delivered,
    [MetricName.broadcastGone]: gone,
    [MetricName.broadcastFailed]: failed,
  };
}

/** Any text may be broadcast. */
function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
