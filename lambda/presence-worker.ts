import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { systemClock } from '../protocol/clock.ts';
import { ApiGatewayConnections } from './aws/api-gateway-connections.ts';
import { BroadcastQueue } from './aws/broadcast-queue.ts';
import { documentClient } from './aws/dynamodb.ts';
import { DynamoDbConnectionTable } from './aws/dynamodb-connection-table.ts';
import { lookSender, settleSender } from './aws/presence-queues.ts';
import { presenceTargets } from './aws/presence-targets.ts';
import { MAX_CONCURRENT_POSTS } from './broadcast/post-to-all.ts';
import { RetryingConnections, systemRetry } from './connection/retrying-connections.ts';
import { requireEnvironment } from './environment.ts';
import { invocation } from './invocation.ts';
import { EnvironmentVariable } from './names.ts';
import { eachInOrder } from './presence/each-in-order.ts';
import { type LookDependencies, look, settle } from './presence/look.ts';
import { parsePresenceMessage } from './presence/presence-message.ts';
import { type PresenceTarget, tellAll } from './presence/tell-all.ts';
import {
  connectionTableOfEnvironment,
  presenceTableOfEnvironment,
  watchTableOfEnvironment,
} from './tables-of-environment.ts';
import { watchersTarget } from './watch/show-to-watchers.ts';
import type { WatchTask } from './watch/watch-task.ts';

/** The next event of a uid waits for the posts of this one. What failed is repeated by others, who have more time. */
const postTimeoutMs = 3_000;
const retryForMs = 3_000;

/** Subtracted from the function's own timeout: for the posts that are under way, and to note what was done. */
const endMarginMs = 5_000;

const dynamoDb = documentClient();
const sendLook = lookSender(requireEnvironment(EnvironmentVariable.lookQueueUrl));

const dependencies: Omit<LookDependencies, 'tell' | 'show'> = {
  table: new DynamoDbConnectionTable(dynamoDb, requireEnvironment(EnvironmentVariable.tableName)),
  presences: presenceTableOfEnvironment(dynamoDb),
  sendSettle: settleSender(requireEnvironment(EnvironmentVariable.settleQueueUrl)),
  graceMs: Number(requireEnvironment(EnvironmentVariable.presenceGraceSeconds)) * 1_000,
  clock: systemClock,
};

const targets = presenceTargets();
const watches = watchTableOfEnvironment(dynamoDb);
const watching = watches && {
  watches,
  table: connectionTableOfEnvironment(dynamoDb),
  connections: new ApiGatewayConnections({
    url: requireEnvironment(EnvironmentVariable.connectionsUrl),
    maxSockets: MAX_CONCURRENT_POSTS,
    timeoutMs: postTimeoutMs,
  }),
  queue: new BroadcastQueue<WatchTask>(requireEnvironment(EnvironmentVariable.broadcastQueueUrl)),
  postsPerSecond: Number(requireEnvironment(EnvironmentVariable.postsPerSecond)),
  clock: systemClock,
};

/** Looks at the uids that the queues of presence name. */
export function handler(event: SQSEvent, context: Context): Promise<SQSBatchResponse> {
  const show = showingUntil(Date.now() + context.getRemainingTimeInMillis() - endMarginMs);
  const available = {
    ...dependencies,
    tell: tellAll([...targets, ...(show ? [show] : [])]),
    ...(show && { show }),
  };
  return invocation(context.awsRequestId, () =>
    eachInOrder(event.Records, async ({ body }) => {
      const message = parsePresenceMessage(body);
      if ('settle' in message) return settle(message.settle, { ...available, sendLook });
      return look(message.look, available);
    }),
  );
}

/**
 * Returns what shows changes to pages until a time, milliseconds since the epoch; `undefined` where they watch nobody.
 */
function showingUntil(lastAttemptAt: number): PresenceTarget | undefined {
  if (watching === undefined) return undefined;
  const connections = new RetryingConnections(watching.connections, systemRetry(retryForMs, lastAttemptAt));
  return watchersTarget({ ...watching, connections });
}
