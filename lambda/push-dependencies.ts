import { ApiGatewayConnections } from './aws/api-gateway-connections.ts';
import { onlineUidsOfTable } from './aws/connection-counts.ts';
import { documentClient } from './aws/dynamodb.ts';
import { DynamoDbMessageLog } from './aws/dynamodb-message-log.ts';
import { DynamoDbRequestTable } from './aws/dynamodb-request-table.ts';
import { DynamoDbRevocationTable } from './aws/dynamodb-revocation-table.ts';
import { maxTokenSecondsOfEnvironment, requireEnvironment } from './environment.ts';
import type { GroupRouteDependencies } from './groups/group-push-route.ts';
import type { MulticastDependencies } from './multicast/multicast-route.ts';
import { EnvironmentVariable } from './names.ts';
import { countOnline } from './presence/count-online.ts';
import type { DisconnectDependencies } from './presence/disconnect-route.ts';
import type { PresenceDependencies } from './presence/presence-routes.ts';
import type { PushRouteDependencies } from './push/push-route.ts';
import {
  MAX_CONCURRENT_CONNECTION_REQUESTS,
  MAX_CONCURRENT_TABLE_REQUESTS,
  type RequestScope,
} from './request-scope.ts';
import {
  connectionTableOfEnvironment,
  groupTableOfEnvironment,
  presenceTableOfEnvironment,
} from './tables-of-environment.ts';

/** A request to API Gateway that takes longer must not hold up the answer. */
const connectionTimeoutMs = 3_000;

/** The client of the functions that answer requests to the push URL. */
export const dynamoDb = documentClient({ maxSockets: MAX_CONCURRENT_TABLE_REQUESTS });

export function connectionsOfEnvironment(): ApiGatewayConnections {
  return new ApiGatewayConnections({
    url: requireEnvironment(EnvironmentVariable.connectionsUrl),
    maxSockets: MAX_CONCURRENT_CONNECTION_REQUESTS,
    timeoutMs: connectionTimeoutMs,
  });
}

/** Dependencies of the routes of groups; none without the setting. */
export function groupDependenciesOfEnvironment(): Pick<GroupRouteDependencies, 'groups'> {
  const groupTable = groupTableOfEnvironment(dynamoDb);
  if (groupTable === undefined) return {};
  const messageTableName = requireEnvironment(EnvironmentVariable.messageTableName);
  return { groups: { groupTable, groupRequests: new DynamoDbRequestTable(dynamoDb, messageTableName) } };
}

/** Dependencies of the routes that say who is online, beside the table of connections. */
export function presenceDependenciesOfEnvironment(): Pick<PresenceDependencies, 'presences' | 'countOnline'> {
  const tableName = requireEnvironment(EnvironmentVariable.tableName);
  const readOnlineUids = onlineUidsOfTable(dynamoDb, tableName);
  const hasPresence = process.env[EnvironmentVariable.settleQueueUrl] !== undefined;
  return {
    countOnline: (now) => countOnline(readOnlineUids, now),
    ...(hasPresence && { presences: presenceTableOfEnvironment(dynamoDb) }),
  };
}

/** Dependencies of the routes that close connections, beside the table of connections and the scope of the request. */
export function disconnectDependenciesOfEnvironment(): Pick<DisconnectDependencies, 'revocation'> {
  const maxTokenSeconds = maxTokenSecondsOfEnvironment();
  if (maxTokenSeconds === undefined) return {};
  const messageTableName = requireEnvironment(EnvironmentVariable.messageTableName);
  return { revocation: { table: new DynamoDbRevocationTable(dynamoDb, messageTableName), maxTokenSeconds } };
}

/** Dependencies of `POST /push`, and of `POST /multicast` at once, beside the scope of the request. */
export function pushDependenciesOfEnvironment(): Omit<
  PushRouteDependencies & MulticastDependencies,
  keyof RequestScope | 'multicasts' | 'queue'
> {
  const messageTableName = requireEnvironment(EnvironmentVariable.messageTableName);
  return {
    table: connectionTableOfEnvironment(dynamoDb),
    messageLog: new DynamoDbMessageLog(dynamoDb, messageTableName),
    requests: new DynamoDbRequestTable(dynamoDb, messageTableName),
    multicastRequests: new DynamoDbRequestTable(dynamoDb, messageTableName),
    maxTtlSeconds: Number(requireEnvironment(EnvironmentVariable.maxTtlSeconds)),
  };
}
