import { DynamoDbConnectionTable } from './aws/dynamodb-connection-table.ts';
import { requireEnvironment } from './environment.ts';
import { authorisationByIam } from './http/authorise.ts';
import { healthRoute } from './http/health-route.ts';
import { EnvironmentVariable } from './names.ts';
import { pushRoutes } from './push/push-routes.ts';
import { createPushHandler } from './push-handler.ts';
import { connectionsOfEnvironment, dynamoDb, messagesOfEnvironment } from './push-ports.ts';
import { createPushService } from './push-service.ts';

const ports = {
  table: new DynamoDbConnectionTable(dynamoDb, requireEnvironment(EnvironmentVariable.tableName)),
  connections: connectionsOfEnvironment(),
  messages: messagesOfEnvironment(),
};

/** The URL of those who may push and nothing more: this function has neither the code nor the permissions for anything else. */
export const handler = createPushHandler({
  routes: [...pushRoutes, healthRoute],
  createService: (lastAttemptAt, tellMetrics) => createPushService(ports, lastAttemptAt, tellMetrics),
  authorisation: authorisationByIam,
});
