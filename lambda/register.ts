import type { Context } from 'aws-lambda';
import { systemClock } from '../protocol/clock.ts';
import { ApiGatewayConnections } from './aws/api-gateway-connections.ts';
import { documentClient } from './aws/dynamodb.ts';
import { DynamoDbBothTables } from './aws/dynamodb-both-tables.ts';
import { DynamoDbMessageLog } from './aws/dynamodb-message-log.ts';
import { DynamoDbRevocationTable } from './aws/dynamodb-revocation-table.ts';
import { RetryingConnections, systemRetry } from './connection/retrying-connections.ts';
import { endingBy } from './deadline.ts';
import { maxTokenSecondsOfEnvironment, requireEnvironment } from './environment.ts';
import type { MessageEvent, RouteResponse } from './gateway-event.ts';
import { join, leave } from './groups/join.ts';
import { claimRuleOfEnvironment } from './identity/claim-rule.ts';
import { identification } from './identity/identification.ts';
import type { Incoming } from './incoming.ts';
import { invocation } from './invocation.ts';
import { acknowledge } from './messages/acknowledge.ts';
import { replay } from './messages/replay.ts';
import { metricsFromEnvironment } from './metrics/metrics.ts';
import { EnvironmentVariable, GroupRoute, Identity, MessageRoute, Sessions, WatchRoute } from './names.ts';
import { check } from './registration/check.ts';
import { firstMessageRulesOfEnvironment } from './registration/first-message.ts';
import { registerFramed, registerPlain } from './registration/register-socket.ts';
import {
  arrivalsOfEnvironment,
  connectionTableOfEnvironment,
  groupTableOfEnvironment,
  presenceTableOfEnvironment,
  watchTableOfEnvironment,
} from './tables-of-environment.ts';
import { watch } from './watch/watch.ts';

/** A uid's older connections that are closed at the same time. */
const maxConcurrentRequests = 10;
const requestTimeoutMs = 3_000;
const retryForMs = 3_000;

/** Kept back from the function's own timeout. */
const endMarginMs = 4_000;

/** Kept back from the last attempt to post: a table that did not answer in time is what is answered then. */
const callMarginMs = 500;

const dynamoDb = documentClient();
const tableName = requireEnvironment(EnvironmentVariable.tableName);
const groupTable = groupTableOfEnvironment(dynamoDb);
const isClaimed = requireEnvironment(EnvironmentVariable.identity) === Identity.claimed;
const messageTableName = requireEnvironment(EnvironmentVariable.messageTableName);
const watches = watchTableOfEnvironment(dynamoDb);
const arrivals = arrivalsOfEnvironment(dynamoDb);
const apiGateway = new ApiGatewayConnections({
  url: requireEnvironment(EnvironmentVariable.connectionsUrl),
  maxSockets: maxConcurrentRequests,
  timeoutMs: requestTimeoutMs,
});

/** Dependencies of the handlers, besides the connections. */
const dependencies = {
  table: connectionTableOfEnvironment(dynamoDb),
  bothTables: new DynamoDbBothTables(dynamoDb, tableName, messageTableName, {
    hasPresence: arrivals !== undefined,
  }),
  messageLog: new DynamoDbMessageLog(dynamoDb, messageTableName),
  clock: systemClock,
  identify: identification(),
  ...(maxTokenSecondsOfEnvironment() !== undefined && {
    revocations: new DynamoDbRevocationTable(dynamoDb, messageTableName),
  }),
  ...(arrivals && { arrivals }),
  credentialName: isClaimed ? 'uid' : 'token',
  ...(groupTable && { groupTable }),
  joinRule: claimRuleOfEnvironment(EnvironmentVariable.claimedGroups),
  ...(watches && {
    watching: {
      watches,
      presences: presenceTableOfEnvironment(dynamoDb),
      rule: claimRuleOfEnvironment(EnvironmentVariable.claimedWatch),
    },
  }),
  firstMessageRules: firstMessageRulesOfEnvironment(),
  isSingle: requireEnvironment(EnvironmentVariable.sessions) === Sessions.single,
  recordMetrics: metricsFromEnvironment(),
} as const;

type Handle = (
  incoming: Incoming,
  available: typeof dependencies & { connections: RetryingConnections },
) => Promise<void>;

/** Each route of the WebSocket API that this function handles. */
const handlers: Record<MessageRoute | GroupRoute | WatchRoute, Handle> = {
  [MessageRoute.plain]: registerPlain,
  [MessageRoute.register]: registerFramed,
  [MessageRoute.check]: check,
  [MessageRoute.replay]: replay,
  [MessageRoute.acknowledge]: acknowledge,
  [GroupRoute.join]: join,
  [GroupRoute.leave]: leave,
  [WatchRoute.watch]: watch,
};

/** Handles a message of a browser. One function for all routes: it is warm whenever a browser sends anything. */
export function handler(event: MessageEvent, context: Context): Promise<RouteResponse> {
  return invocation(context.awsRequestId, async () => {
    const { routeKey, connectionId, connectedAt, requestTimeEpoch: receivedAt } = event.requestContext;
    const lastAttemptAt = Date.now() + context.getRemainingTimeInMillis() - endMarginMs;
    const connections = new RetryingConnections(apiGateway, systemRetry(retryForMs, lastAttemptAt));
    const incoming = { connectionId, connectedAt, receivedAt, text: event.body ?? '' };
    await endingBy(lastAttemptAt - callMarginMs, () =>
      handlers[routeKey](incoming, { ...dependencies, connections }),
    );
    return { statusCode: 200 };
  });
}
