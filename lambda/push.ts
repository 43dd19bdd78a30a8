import type { BroadcastAccepted } from '../protocol/answers/broadcasts.ts';
import { BroadcastQueue } from './aws/broadcast-queue.ts';
import { DynamoDbBroadcastTable } from './aws/dynamodb-broadcast-table.ts';
import { DynamoDbMulticastTable } from './aws/dynamodb-multicast-table.ts';
import { DynamoDbRequestTable } from './aws/dynamodb-request-table.ts';
import { requireEnvironment } from './environment.ts';
import type { Authorisation } from './http/authorise.ts';
import { EnvironmentVariable, PushAuth } from './names.ts';
import {
  connectionsOfEnvironment,
  disconnectDependenciesOfEnvironment,
  dynamoDb,
  groupDependenciesOfEnvironment,
  presenceDependenciesOfEnvironment,
  pushDependenciesOfEnvironment,
} from './push-dependencies.ts';
import { createPushHandler } from './push-handler.ts';
import type { QueueTask } from './queue-task.ts';
import { allRoutes } from './routes.ts';
import { ValidValues } from './secret/valid-values.ts';

const tableName = requireEnvironment(EnvironmentVariable.tableName);
const messageTableName = requireEnvironment(EnvironmentVariable.messageTableName);

/** The push URL. */
export const handler = createPushHandler({
  routes: allRoutes,
  dependencies: {
    ...pushDependenciesOfEnvironment(),
    ...disconnectDependenciesOfEnvironment(),
    ...groupDependenciesOfEnvironment(),
    ...presenceDependenciesOfEnvironment(),
    broadcasts: new DynamoDbBroadcastTable(dynamoDb, tableName, messageTableName),
    broadcastRequests: new DynamoDbRequestTable<BroadcastAccepted>(dynamoDb, messageTableName),
    multicasts: new DynamoDbMulticastTable(dynamoDb, messageTableName),
    queue: new BroadcastQueue<QueueTask>(requireEnvironment(EnvironmentVariable.broadcastQueueUrl)),
  },
  apiGateway: connectionsOfEnvironment(),
  authorisation: authorisationOfEnvironment(),
});

function authorisationOfEnvironment(): Authorisation {
  if (requireEnvironment(EnvironmentVariable.pushAuth) === PushAuth.iam) return { by: PushAuth.iam };
  const validValues = new ValidValues(requireEnvironment(EnvironmentVariable.pushSecretId));
  return { by: PushAuth.secret, validValues };
}
