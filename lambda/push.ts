import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { Context } from 'aws-lambda';
import { ProblemCode } from '../protocol/problem.ts';
import { BroadcastQueue } from './broadcast/broadcast-queue.ts';
import { broadcastRoutes } from './broadcast/broadcast-routes.ts';
import { DynamoDbBroadcastTable } from './broadcast/dynamodb-broadcast-table.ts';
import { ApiGatewayConnections, connectionsClient } from './connection/api-gateway-connections.ts';
import { requireEnvironment } from './environment.ts';
import { createAliasRouting } from './http/alias-routing.ts';
import { type Authorise, authoriseBySecret, authorisedByIam } from './http/authorise.ts';
import type { FunctionUrlEvent } from './http/function-url-event.ts';
import { healthRoute, isHealthCheck } from './http/health-route.ts';
import { type HttpResponse, problemResponse } from './http/response.ts';
import { errorName, logError } from './log.ts';
import { EnvironmentVariable, PushAlias, PushAuth } from './names.ts';
import { disconnectRoute, presenceRoutes } from './presence/presence-routes.ts';
import { pushRoutes } from './push/push-routes.ts';
import {
  createService,
  MAX_CONCURRENT_CONNECTION_REQUESTS,
  MAX_CONCURRENT_TABLE_REQUESTS,
  type ServicePorts,
} from './push-service.ts';
import { readValidValues } from './secret/secret-source.ts';
import { keepValidValues } from './secret/valid-values.ts';
import { DynamoDbConnectionTable } from './table/dynamodb-connection-table.ts';

/** A connection that takes longer must not hold up the answer. */
const connectionTimeoutMs = 3_000;

/** Kept back from the function's own timeout for the posts that are under way and the answer. */
const answerMarginMs = 4_000;

const dynamoDb = new DynamoDBClient({
  requestHandler: { httpsAgent: { maxSockets: MAX_CONCURRENT_TABLE_REQUESTS } },
});
const tableName = requireEnvironment(EnvironmentVariable.tableName);
const ports: ServicePorts = {
  table: new DynamoDbConnectionTable(dynamoDb, tableName),
  connections: new ApiGatewayConnections(
    connectionsClient(
      requireEnvironment(EnvironmentVariable.connectionsUrl),
      MAX_CONCURRENT_CONNECTION_REQUESTS,
    ),
    connectionTimeoutMs,
  ),
  broadcasts: new DynamoDbBroadcastTable(dynamoDb, tableName),
  queue: new BroadcastQueue(new SQSClient({}), requireEnvironment(EnvironmentVariable.broadcastQueueUrl)),
};
const authorise = authorisation();
const route = createAliasRouting<ReturnType<typeof createService>>(
  [...pushRoutes, ...broadcastRoutes, ...presenceRoutes, healthRoute],
  {
    [PushAlias.pushOnly]: [...pushRoutes, healthRoute],
    [PushAlias.disconnectOnly]: [disconnectRoute, healthRoute],
  },
);

/** The push URL. */
export async function handler(event: FunctionUrlEvent, context: Context): Promise<HttpResponse> {
  try {
    if (!isHealthCheck(event) && !(await authorise(event))) return unauthorised();
    const lastAttemptAt = Date.now() + context.getRemainingTimeInMillis() - answerMarginMs;
    return await route(context.invokedFunctionArn, event, createService(ports, lastAttemptAt));
  } catch (error) {
    logError('request-failed', { requestId: context.awsRequestId, error: errorName(error) });
    return problemResponse(
      ProblemCode.internal,
      'the request could not be completed; part of it may have been done',
    );
  }
}

function authorisation(): Authorise {
  if (requireEnvironment(EnvironmentVariable.pushAuth) === PushAuth.iam) return authorisedByIam;
  const client = new SecretsManagerClient({});
  const secretId = requireEnvironment(EnvironmentVariable.pushSecretId);
  return authoriseBySecret(keepValidValues(() => readValidValues(client, secretId), Date.now));
}

function unauthorised(): HttpResponse {
  return problemResponse(ProblemCode.unauthorised, 'the request bears no valid secret', {
    'www-authenticate': 'Bearer',
  });
}
