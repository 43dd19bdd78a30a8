import { groupPushRoute } from './groups/group-push-route.ts';
import { multicastRoute } from './multicast/multicast-route.ts';
import { PushAuth } from './names.ts';
import { pushRoute } from './push/push-route.ts';
import {
  connectionsOfEnvironment,
  groupDependenciesOfEnvironment,
  pushDependenciesOfEnvironment,
} from './push-dependencies.ts';
import { createPushHandler, healthRoute } from './push-handler.ts';

/** The URL for pushing alone: this function has neither the code nor the permissions for anything else. */
export const handler = createPushHandler({
  routes: [pushRoute, multicastRoute, groupPushRoute, healthRoute],
  dependencies: { ...pushDependenciesOfEnvironment(), ...groupDependenciesOfEnvironment() },
  apiGateway: connectionsOfEnvironment(),
  authorisation: { by: PushAuth.iam },
});
