import {
  type GroupRefusal,
  GroupRefusalCode,
  groupProblem,
  parseGroupFrame,
  refusedFrame,
} from '../../protocol/group.ts';
import { parseJson } from '../../protocol/json-text.ts';
import { type WatchRefusal, WatchRefusalCode, watchRefusedFrame } from '../../protocol/watch.ts';
import { GroupRoute, WatchRoute } from '../names.ts';

/**
 * Returns the refusal of a `join`, `leave` or `watch` that came by `$default`, as it does where the deployment has no
 * route for it; `undefined` for any other message.
 */
export function refusalOfUnrouted(text: string): string | undefined {
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
