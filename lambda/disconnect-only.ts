import { DynamoDbConnectionTable } from './aws/dynamodb-connection-table.ts';
import { requireEnvironment } from './environment.ts';
import { authorisationByIam } from './http/authorise.ts';
import { healthRoute } from './http/health-route.ts';
import { EnvironmentVariable } from './names.ts';
import { disconnectRoute } from './presence/presence-routes.ts';
import { createPushHandler } from './push-handler.ts';
import { connectionsOfEnvironment, dynamoDb } from './push-ports.ts';
import { createDisconnectService } from './push-service.ts';

const ports = {
  table: new DynamoDbConnectionTable(dynamoDb, requireEnvironment(EnvironmentVariable.tableName)),
  connections: connectionsOfEnvironment(),
};

/** The URL of those who may disconnect uids and nothing more: this function has neither the code nor the permissions for anything else. */
export const handler = createPushHandler({
  routes: [disconnectRoute, healthRoute],
  createService: (lastAttemptAt) => createDisconnectService(ports, lastAttemptAt),
  authorisation: authorisationByIam,
});
