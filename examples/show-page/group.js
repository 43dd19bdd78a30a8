import { pathWithout } from './push.js';
import { askPushUrl } from './push-url.js';

/** The one group that the page's browsers join, and that is pushed to. */
export const group = 'room';

const path = `groups/${group}`;

/** Whether the stack has groups, and the page knows where to ask. */
export async function hasGroups(pushUrl) {
  return (await askPushUrl(pushUrl, 'GET', path)).trouble === undefined;
}

/**
 * Pushes what was typed, which needs no uid, to the group. Resolves to `{group, delivered, gone, failed, excluded}`, or
 * `{trouble}`. `except`: the device that does not get it, or nothing.
 */
export function pushToGroup(pushUrl, typed, except) {
  return askPushUrl(pushUrl, 'POST', pathWithout(`${path}/push`, except), {
    headers: { 'content-type': 'application/json' },
    body: typed.trim(),
  });
}
