import { authorisationByIam } from './http/authorise.ts';
import { closeRoute, disconnectRoute } from './presence/disconnect-route.ts';
import {
  connectionsOfEnvironment,
  disconnectDependenciesOfEnvironment,
  tableOfEnvironment,
} from './push-dependencies.ts';
import { createPushHandler, healthRoute } from './push-handler.ts';

/** The URL for closing connections alone: this function has neither the code nor the permissions for anything else. */
export const handler = createPushHandler({
  routes: [disconnectRoute, closeRoute, healthRoute],
  dependencies: { table: tableOfEnvironment(), ...disconnectDependenciesOfEnvironment() },
  connections: connectionsOfEnvironment(),
  authorisation: authorisationByIam,
});
