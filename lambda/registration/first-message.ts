import { isDeepStrictEqual } from 'node:util';
import { type FrameError, FrameErrorCode } from '../../protocol/frame-error.ts';
import { memberSource, parseJson } from '../../protocol/json-text.ts';
import { readUid } from '../../protocol/message.ts';
import { EnvironmentVariable } from '../names.ts';

/** Forms of the messages of plain sockets, besides credentials as they are. */
export type FirstMessageRules = {
  /** The member of a JSON object that is the credential. @default an object is a credential as it is */
  member?: string;
  /** Messages to pass over: texts, and sources of JSON objects. */
  ignored: readonly string[];
};

export function firstMessageRulesOfEnvironment(): FirstMessageRules {
  const member = process.env[EnvironmentVariable.firstMessageMember];
  const ignored = process.env[EnvironmentVariable.ignoredFirstMessages] ?? '[]';
  return { ...(member !== undefined && { member }), ignored: JSON.parse(ignored) };
}

/**
 * Returns the credential in a message of a plain socket, or `ignored` for one that is to be passed over. With a
 * `member`, an object is no credential as a whole, so that no page registers as the text of its own data; a text that
 * is no object still is one.
 */
export function plainCredential(
  text: string,
  { member, ignored }: FirstMessageRules = { ignored: [] },
): { credential: string } | 'ignored' | FrameError {
  if (member === undefined && ignored.length === 0) return { credential: text };
  const object = objectFrom(text);
  if (ignored.some((pattern) => isMatch(text, object, pattern))) return 'ignored';
  if (member === undefined || object === undefined) return { credential: text };

  // hasOwn: `toString` and the like are not members of the message.
  const value = Object.hasOwn(object, member) ? object[member] : undefined;
  if (typeof value === 'string') return { credential: value };
  const uid = typeof value === 'number' ? readUid(value, () => memberSource(text, member)) : undefined;
  return typeof uid === 'string' ? { credential: uid } : nobody;
}

const nobody: FrameError = {
  code: FrameErrorCode.unusableUid,
  message: 'the message has no text or integer in the member that names the uid or the token',
};

/** An object stands for all objects that have its members with its values: heartbeats often have a time, too. */
function isMatch(text: string, object: Members | undefined, pattern: string): boolean {
  const expected = objectFrom(pattern);
  if (expected === undefined) return text.trim() === pattern.trim();
  return (
    object !== undefined &&
    Object.entries(expected).every(
      ([name, value]) => Object.hasOwn(object, name) && isDeepStrictEqual(object[name], value),
    )
  );
}

type Members = Record<string, unknown>;

/** Returns `undefined` for a text that is no JSON object. */
function objectFrom(text: string): Members | undefined {
  const value = parseJson(text);
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Members)
    : undefined;
}
