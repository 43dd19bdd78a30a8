import { type BroadcastService, broadcastRoutes } from './broadcast/broadcast-routes.ts';
import { healthRoute } from './http/health-route.ts';
import type { Route } from './http/router.ts';
import { type MessageService, messageRoutes } from './messages/message-routes.ts';
import { type PresenceService, presenceRoutes } from './presence/presence-routes.ts';
import { type PushService, pushRoutes } from './push/push-routes.ts';

/** What the routes of the push URL call. */
export type RouteService = PushService & BroadcastService & PresenceService & MessageService;

/** Every route of the push URL. Tests take it from here, so that none of them misses a new route. */
export const allRoutes: readonly Route<RouteService>[] = [
  ...pushRoutes,
  ...broadcastRoutes,
  ...presenceRoutes,
  ...messageRoutes,
  healthRoute,
];
