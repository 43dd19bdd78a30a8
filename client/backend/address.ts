import { groupProblem } from '../../protocol/group.ts';
import { uidProblem } from '../../protocol/uid.ts';

/** Throws a `TypeError` for what is no uid, and for the two uids that no URL can name. */
export function uidPath(uid: string): string {
  if (typeof uid !== 'string') throw new TypeError('A uid was expected, which is a text.');
  const problem = uidProblem(uid);
  if (problem) throw new TypeError(`A uid was expected; found ${problem}.`);
  // Every parser of URLs takes these segments away, percent-encoded ones too, and the request would be about something
  // else.
  // Source: https://url.spec.whatwg.org/#double-dot-path-segment
  if (uid === '.' || uid === '..') throw new TypeError(`The uid "${uid}" cannot be named in a URL.`);
  return `uids/${encodeURIComponent(uid)}`;
}

/** Throws a `TypeError` for what can be no id of a `what`. */
export function idSegment(id: string, what: 'broadcast' | 'connection' | 'multicast'): string {
  if (typeof id !== 'string' || id === '' || id === '.' || id === '..')
    throw new TypeError(`The id of a ${what} was expected, which is a text.`);
  return encodeURIComponent(id);
}

/**
 * `name=value` for each value that is not `undefined`, with its `?`. Spaces are `%20`: a `+` is signed in one way and
 * read in another.
 */
export function queryOf(parameters: Record<string, string | number | readonly string[] | undefined>): string {
  const pairs = Object.entries(parameters).flatMap(([name, value]) =>
    [value].flat().flatMap((one) => (one === undefined ? [] : [`${name}=${encodeURIComponent(one)}`])),
  );
  return pairs.length === 0 ? '' : `?${pairs.join('&')}`;
}

/** Throws a `TypeError` for what is no group, and for the two groups that no URL can name. */
export function groupPath(group: string): string {
  const problem = groupProblem(group);
  if (problem) throw new TypeError(`A group was expected; found ${problem}.`);
  if (group === '.' || group === '..') throw new TypeError(`The group "${group}" cannot be named in a URL.`);
  return `groups/${encodeURIComponent(group)}`;
}

/**
 * The path with the group and the uid that it names in the query, too: an HTTP API decodes the path, after which
 * `a%2Fb` looks like two segments.
 */
export function withNamesInQuery(path: string): string {
  const [, group] = /^groups\/([^/?]+)/.exec(path) ?? [];
  const [, uid] = /^(?:groups\/[^/?]+\/)?uids\/([^/?]+)/.exec(path) ?? [];
  const names = [...(group ? [`group=${group}`] : []), ...(uid ? [`uid=${uid}`] : [])];
  if (names.length === 0) return path;
  return `${path}${path.includes('?') ? '&' : '?'}${names.join('&')}`;
}
