import { authorisationByIam } from './http/authorise.ts';
import { disconnectRoute } from './presence/disconnect-route.ts';
import {
  connectionsOfEnvironment,
  disconnectDependenciesOfEnvironment,
  tableOfEnvironment,
} from './push-dependencies.ts';
import { createPushHandler, healthRoute } from './push-handler.ts';

/** The URL for disconnecting uids alone: this function has neither the code nor the permissions for anything else. */
export const handler = createPushHandler({
  routes: [disconnectRoute, healthRoute],
  dependencies: { table: tableOfEnvironment(), ...disconnectDependenciesOfEnvironment() },
  connections: connectionsOfEnvironment(),
  authorisation: authorisationByIam,
});
