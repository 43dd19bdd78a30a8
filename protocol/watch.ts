import { parseJson } from './json-text.ts';
import { MAX_WATCHED_BYTES, MAX_WATCHED_UIDS } from './limits.ts';
import { kindOf } from './message.ts';
import { readUids } from './uid-list.ts';
import { utf8Length } from './utf8.ts';

/**
 * What a page learns of a uid that it watches. `epoch`: as of `PresenceEvent`; 0 of a uid that never came. `at`: when
 * it was noticed, ISO 8601; absent then.
 */
export type WatchedUser = { uid: string; online: boolean; epoch: number; at?: string };

/** Why a page does not watch what it asked for. The socket stays open, whatever it is. The codes are stable. */
export const WatchRefusalCode = {
  /** `uids` is no array of uids, or has too many. */
  unusableUids: 'unusable-uids',
  /** The connection is not registered in frames, or not any more. */
  notRegistered: 'not-registered',
  /** The token has no `watch` claim. */
  noWatchClaim: 'no-watch-claim',
  /** The token's `watch` claim does not name one of the uids. */
  uidNotInToken: 'uid-not-in-token',
  /** With `identity=claimed` pages watch nobody, unless `claimedWatch=true`. */
  watchingNotAllowed: 'watching-not-allowed',
  /** In the deployment pages watch nobody. */
  watchingNotDeployed: 'watching-not-deployed',
  /** The uid's pages have begun to watch so many in this minute that these would be too many. */
  tooManyChanges: 'too-many-changes',
  /** A service that is needed did not answer: try again later with the same frame. */
  unavailable: 'unavailable',
} as const;
export type WatchRefusalCode = (typeof WatchRefusalCode)[keyof typeof WatchRefusalCode];

/**
 * Why a `watch` was not done. `uid`: the first one that the page may not watch. `retryAfter`: seconds after which the
 * same frame may be done.
 */
export type WatchRefusal = { code: WatchRefusalCode; message: string; uid?: string; retryAfter?: number };

/** Reads `{"action":"watch","uids":[…]}`: the uids as texts, each once. */
export function parseWatchFrame(text: string): readonly string[] | WatchRefusal {
  const value = parseJson(text);
  const uids = typeof value === 'object' && value !== null && 'uids' in value ? value.uids : undefined;
  if (!Array.isArray(uids))
    return unusable(`found ${uids === undefined ? 'no uids' : kindOf(uids)}, not an array`);
  if (uids.length > MAX_WATCHED_UIDS)
    return unusable(`a page watches ${MAX_WATCHED_UIDS} uids; these are more`);
  const read = readUids(uids, text);
  if ('code' in read) return unusable(read.detail);
  if (utf8Length(JSON.stringify(read)) > MAX_WATCHED_BYTES) {
    return unusable(`the uids may have ${MAX_WATCHED_BYTES} bytes as JSON; these have more`);
  }
  return read;
}

function unusable(message: string): WatchRefusal {
  return { code: WatchRefusalCode.unusableUids, message };
}

/** All that a connection watches, and how it is now. */
export function watchingFrame(users: readonly WatchedUser[]): string {
  return JSON.stringify({ type: 'watching', users });
}

/** A change of a uid that the connection watches. */
export function presenceFrame(user: WatchedUser): string {
  return JSON.stringify({ type: 'presence', ...user });
}

export function watchRefusedFrame(refusal: WatchRefusal): string {
  return JSON.stringify({ type: 'refused', action: 'watch', ...refusal });
}
