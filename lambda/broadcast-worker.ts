import type { Context, SQSEvent } from 'aws-lambda';
import { systemClock } from '../protocol/clock.ts';
import { ApiGatewayConnections } from './aws/api-gateway-connections.ts';
import { BroadcastQueue } from './aws/broadcast-queue.ts';
import { documentClient } from './aws/dynamodb.ts';
import { DynamoDbBroadcastTable } from './aws/dynamodb-broadcast-table.ts';
import { DynamoDbMessageLog } from './aws/dynamodb-message-log.ts';
import { DynamoDbMulticastTable } from './aws/dynamodb-multicast-table.ts';
import { MAX_CONCURRENT_POSTS } from './broadcast/post-to-all.ts';
import { type WorkDependencies, workOnTask } from './broadcast/work-on-task.ts';
import { RetryingConnections, systemRetry } from './connection/retrying-connections.ts';
import { requireEnvironment } from './environment.ts';
import { groupRecipients } from './groups/group-recipients.ts';
import { invocation } from './invocation.ts';
import { correlated, logWarning } from './log.ts';
import { metricsFromEnvironment } from './metrics/metrics.ts';
import { repeatPosts } from './multicast/failed-posts.ts';
import { type ChunkDependencies, workOnChunk } from './multicast/work-on-chunk.ts';
import { EnvironmentVariable } from './names.ts';
import { nameOf, parseTask, type QueueTask } from './queue-task.ts';
import {
  connectionTableOfEnvironment,
  groupTableOfEnvironment,
  watchTableOfEnvironment,
} from './tables-of-environment.ts';
import { type ShowDependencies, showToWatchers } from './watch/show-to-watchers.ts';

/** No caller waits for what is done here, so a slow connection has its time; the others don't wait for it. */
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

type Available = WorkDependencies & ChunkDependencies & Omit<ShowDependencies, 'watches'>;

const watches = watchTableOfEnvironment(dynamoDb);

const table = connectionTableOfEnvironment(dynamoDb);
const groupTable = groupTableOfEnvironment(dynamoDb);

const dependencies: Omit<Available, 'connections' | 'lastAttemptAt'> = {
  broadcasts: new DynamoDbBroadcastTable(dynamoDb, tableName, messageTableName),
  multicasts: new DynamoDbMulticastTable(dynamoDb, messageTableName),
  table,
  ...(groupTable && {
    groupRecipients: (group: string) => groupRecipients(group, { groupTable, table, clock: systemClock }),
  }),
  messageLog: new DynamoDbMessageLog(dynamoDb, messageTableName),
  queue: new BroadcastQueue<QueueTask>(requireEnvironment(EnvironmentVariable.broadcastQueueUrl)),
  deadLetters: new BroadcastQueue<QueueTask>(
    requireEnvironment(EnvironmentVariable.broadcastDeadLetterQueueUrl),
  ),
  postsPerSecond,
  // Half are registrations, so it is about two seconds of posts; 1 MB, DynamoDB's own limit, has more.
  pageSize: Math.min(1_000, Math.ceil(4 * postsPerSecond)),
  clock: systemClock,
  random: Math.random,
  recordMetrics: metricsFromEnvironment(),
};

/**
 * Does the tasks of broadcasts, multicasts and pushes to groups that the queue delivers. Throws when one is to be
 * delivered again.
 */
export function handler(event: SQSEvent, context: Context): Promise<void> {
  const lastAttemptAt = Date.now() + context.getRemainingTimeInMillis() - countMarginMs;
  const retrying = new RetryingConnections(connections, systemRetry(retryForMs, lastAttemptAt));
  return invocation(context.awsRequestId, async () => {
    for (const { body } of event.Records) {
      const task = parseTask(body);
      const available = { ...dependencies, connections: retrying, lastAttemptAt };
      // The log lines of its workers are found by the id that the backend was given.
      await correlated(idOf(task), () => workOn(task, available), traceOf(task));
    }
  });
}

async function workOn(task: QueueTask, available: Available): Promise<void> {
  if ('watched' in task) {
    // A task that was redriven after pages may not watch any more.
    return watches ? showToWatchers(task, { ...available, watches }) : logWarning('watchers-unknown');
  }
  if ('broadcast' in task) return workOnTask(task, available);
  return 'chunk' in task ? workOnChunk(task, available) : repeatPosts(task, available);
}

function idOf(task: QueueTask): string {
  if ('watched' in task) return nameOf(task);
  return 'broadcast' in task ? task.broadcast : task.multicast;
}

/** A change of presence belongs to no request. */
function traceOf(task: QueueTask): string | undefined {
  return 'traceparent' in task ? task.traceparent : undefined;
}
