import {
  type GroupRefusal,
  GroupRefusalCode,
  groupProblem,
  parseGroupFrame,
  refusedFrame,
} from '../../protocol/group.ts';
import { parseJson } from '../../protocol/json-text.ts';
import { type WatchRefusal, WatchRefusalCode, watchRefusedFrame } from '../../protocol/watch.ts';
import type { RetryingConnections } from '../connection/retrying-connections.ts';
import type { Incoming } from '../incoming.ts';
import { GroupRoute, WatchRoute } from '../names.ts';
import type { ConnectionTable } from '../table/connection-table.ts';
import { framedPageOf } from './framed-page.ts';

/**
 * Refuses a `join`, `leave` or `watch` of a framed page that came by `$default`, as it does where the deployment has no
 * route for it. Returns whether the message was one.
 */
export async function refuseUnrouted(
  incoming: Incoming,
  { table, connections }: { table: ConnectionTable; connections: RetryingConnections },
): Promise<boolean> {
  const refusal = refusalOf(incoming.text);
  if (refusal === undefined || !(await framedPageOf(incoming, table))) return false;
  await connections.post(incoming.connectionId, refusal);
  return true;
}

function refusalOf(text: string): string | undefined {
  const message = parseJson(text);
  const action =
    typeof message === 'object' && message !== null && 'action' in message ? message.action : undefined;
  switch (action) {
    case GroupRoute.join:
    case GroupRoute.leave: {
      const group = parseGroupFrame(text);
      return refusedFrame(action, noGroups, groupProblem(group) === undefined ? String(group) : undefined);
    }
    case WatchRoute.watch:
      return watchRefusedFrame(noWatching);
    default:
      return undefined;
  }
}

const noGroups: GroupRefusal = {
  code: GroupRefusalCode.groupsNotDeployed,
  message: 'the deployment has no groups',
};

const noWatching: WatchRefusal = {
  code: WatchRefusalCode.watchingNotDeployed,
  message: 'the deployment lets pages watch nobody',
};
