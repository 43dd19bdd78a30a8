import { broadcastRoutes } from './broadcast/broadcast-routes.ts';
import type { StartDependencies } from './broadcast/start-broadcast.ts';
import type { GroupRouteDependencies } from './groups/group-push-route.ts';
import { groupRoutes } from './groups/group-routes.ts';
import type { Route } from './http/router.ts';
import { messageRoutes } from './messages/message-routes.ts';
import { type MulticastDependencies, multicastRoute } from './multicast/multicast-route.ts';
import { multicastStatusRoutes } from './multicast/status-routes.ts';
import { closeRoute, type DisconnectDependencies, disconnectRoute } from './presence/disconnect-route.ts';
import { type PresenceDependencies, presenceRoutes } from './presence/presence-routes.ts';
import { type PushRouteDependencies, pushRoute } from './push/push-route.ts';
import { healthRoute } from './push-handler.ts';
import type { RequestScope } from './request-scope.ts';

/** Dependencies of all routes, beside the scope of the request. */
type Dependencies = Omit<
  PushRouteDependencies &
    MulticastDependencies &
    GroupRouteDependencies &
    StartDependencies &
    PresenceDependencies &
    DisconnectDependencies,
  keyof RequestScope
>;

/** Every route of the push URL. Tests take the routes from here, so that none of them misses a new one. */
export const allRoutes: readonly Route<Dependencies & RequestScope>[] = [
  pushRoute,
  multicastRoute,
  ...multicastStatusRoutes,
  ...groupRoutes,
  ...broadcastRoutes,
  ...presenceRoutes,
  disconnectRoute,
  closeRoute,
  ...messageRoutes,
  healthRoute,
];
