import { PushAuth } from './names.ts';
import { closeRoute, disconnectRoute } from './presence/disconnect-route.ts';
import {
  connectionsOfEnvironment,
  disconnectDependenciesOfEnvironment,
  dynamoDb,
} from './push-dependencies.ts';
import { createPushHandler, healthRoute } from './push-handler.ts';
import { connectionTableOfEnvironment } from './tables-of-environment.ts';

/** The URL for closing connections alone: this function has neither the code nor the permissions for anything else. */
export const handler = createPushHandler({
  routes: [disconnectRoute, closeRoute, healthRoute],
  dependencies: { table: connectionTableOfEnvironment(dynamoDb), ...disconnectDependenciesOfEnvironment() },
  apiGateway: connectionsOfEnvironment(),
  authorisation: { by: PushAuth.iam },
});
