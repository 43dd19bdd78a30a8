import { parseJson } from './json-text.ts';
import { MAX_GROUP_BYTES } from './limits.ts';
import { nameProblem } from './uid.ts';

/**
 * Why `group` can't be the name of a group, or `undefined` when it can: a non-empty string of at most 256 bytes of
 * UTF-8. Nothing is trimmed or normalised; names are compared byte for byte.
 */
export function groupProblem(group: unknown): string | undefined {
  if (typeof group !== 'string') return 'a group that is no text';
  return nameProblem('group', group, MAX_GROUP_BYTES);
}

/** Why a page does not join or leave a group. The socket stays open, whatever it is. The codes are stable. */
export const GroupRefusalCode = {
  /** The name is no text, empty or too long. */
  unusableGroup: 'unusable-group',
  /** The connection is not registered in frames, or not any more. */
  notRegistered: 'not-registered',
  /** The token has no `groups` claim. */
  noGroupsClaim: 'no-groups-claim',
  /** The token's `groups` claim does not name the group. */
  groupNotInToken: 'group-not-in-token',
  /** With `identity=claimed` pages join no group, unless `claimedGroups=true`. */
  joinsNotAllowed: 'joins-not-allowed',
  /** The deployment has no groups. */
  groupsNotDeployed: 'groups-not-deployed',
  /** The connection is in as many groups as it may be. */
  tooManyGroups: 'too-many-groups',
  /** To leave: a backend has put the uid into the group, and only a backend takes it out. */
  addedByBackend: 'added-by-backend',
  /** A service that is needed did not answer: try again later with the same frame. */
  unavailable: 'unavailable',
} as const;
export type GroupRefusalCode = (typeof GroupRefusalCode)[keyof typeof GroupRefusalCode];

/** Why a `join` or a `leave` was not done. */
export type GroupRefusal = { code: GroupRefusalCode; message: string };

/** Reads the name in `{"action":"join","group":…}`, or in a `leave`. */
export function parseGroupFrame(text: string): unknown {
  const value = parseJson(text);
  return typeof value === 'object' && value !== null && 'group' in value ? value.group : undefined;
}

export function joinedFrame(group: string): string {
  return JSON.stringify({ type: 'joined', group });
}

export function leftFrame(group: string): string {
  return JSON.stringify({ type: 'left', group });
}

/** `group`: absent where the name can't be one. */
export function refusedFrame(action: 'join' | 'leave', refusal: GroupRefusal, group?: string): string {
  return JSON.stringify({ type: 'refused', action, ...(group !== undefined && { group }), ...refusal });
}
