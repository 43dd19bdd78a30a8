import type { GroupRefusalCode } from '../../protocol/group.ts';
import { parseJson } from '../../protocol/json-text.ts';
import type { Message } from './options.ts';
import type { Presence } from './presence.ts';

/** The service's answer to `register`. Times in milliseconds since the epoch, by the service's clock. */
export type Registration = {
  uid: string;
  connectionId: string;
  now: number;
  connectionExpiresAt: number;
  credentialExpiresAt?: number;
  /** The highest number that a stored message of the uid was given, 0 before the first. */
  latest?: number;
};

/**
 * The end of a page of stored messages: those up to `through` that still exist have been sent on this socket before.
 * `gap`: some had expired.
 */
export type Replayed = { through: number; latest: number; gap?: boolean };

/** Whether pushes reach the connection. `latest`: as in `Registration`. */
export type Checked = { registered: boolean; latest?: number };

/** A piece of the text of a message that is too long for one frame. `part` counts from 0. */
export type Part = Named & { part: number; parts: number; data: string };

/** Members of a push that each frame of its message has. */
type Named = { id: string; seq?: number; traceparent?: string };

/** What became of a `join` or a `leave`; `left` also where a fresh token does not name the group any more. */
export type GroupFrame =
  | { type: 'joined' | 'left'; group: string }
  /** `group`: absent where it can't be one. */
  | { type: 'refused'; action: 'join' | 'leave'; group?: string; code: string; message: string };

/** About users whom the connection watches: what a `watch` came to, or a change. */
export type WatchFrame =
  | { type: 'watching'; users: Presence[] }
  | ({ type: 'presence' } & Presence)
  /** `uid`: the one that the token does not name. `retryAfter`: seconds until it may ask again. */
  | { type: 'refused'; action: 'watch'; code: string; message: string; uid?: string; retryAfter?: number };

/** Frames that are passed on as they come. */
type AsItComes =
  | ({ type: 'registered' } & Registration)
  | { type: 'error'; code: string; message: string }
  | ({ type: 'part' } & Part)
  | ({ type: 'replayed' } & Replayed)
  | ({ type: 'checked' } & Checked)
  | GroupFrame
  | WatchFrame;

type ServiceFrame =
  | AsItComes
  | (Named & { type: 'message'; data: unknown })
  | (Named & { type: 'text'; data: string })
  | { type: 'pong' };

export type Frame =
  | AsItComes
  | ({ type: 'message' } & Message)
  /** API Gateway's own frame for a function that failed or was throttled; the only one that has no `type`. */
  | { type: 'gateway-error' }
  /** A pong, a frame of a later version, or no frame at all: nothing to act on, but a sign of life. */
  | { type: 'other' };

/**
 * Of the answer to a `join`, `leave` or `watch`, and twice that at most: pages whose functions failed together don't
 * repeat together.
 */
export const answerMs = 10_000;
/** On one connection. Where none has an answer, the deployment lacks the feature, or can't be reached. */
export const maxFrames = 3;

const passing: readonly string[] = ['not-registered', 'unavailable'] satisfies GroupRefusalCode[];

/** Whether the frame that was refused so is sent again. */
export function isPassing(code: string): boolean {
  return passing.includes(code);
}

export const pingFrame = '{"action":"ping"}';
export const checkFrame = '{"action":"check"}';

/**
 * `since`: the number of the last stored message that is here; those after it are wanted. `again`: after the
 * registration was lost.
 */
export function registerFrame(
  { identity, device, meta }: { identity: 'token' | 'claimed'; device?: string; meta?: object | undefined },
  credential: string,
  since: number | undefined,
  again?: true,
): string {
  const member = identity === 'claimed' ? 'uid' : 'token';
  return JSON.stringify({ action: 'register', [member]: credential, since, again, device, meta });
}

export function replayFrame(since: number): string {
  return JSON.stringify({ action: 'replay', since });
}

export function acknowledgeFrame(seq: number): string {
  return JSON.stringify({ action: 'ack', seq });
}

export function groupFrame(action: 'join' | 'leave', group: string): string {
  return JSON.stringify({ action, group });
}

export function watchFrame(uids: readonly string[]): string {
  return JSON.stringify({ action: 'watch', uids });
}

export function parseFrame(source: unknown): Frame {
  const frame = typeof source === 'string' ? parseObject(source) : undefined;
  if (!frame) return { type: 'other' };
  switch (frame.type) {
    case 'registered':
    case 'error':
    case 'part':
    case 'replayed':
    case 'checked':
    case 'joined':
    case 'left':
    case 'refused':
    case 'watching':
    case 'presence':
      return frame;
    case 'message':
      return {
        type: 'message',
        ...namedAs(frame),
        data: frame.data,
        text: dataSource(String(source)),
      };
    case 'text':
      return { type: 'message', ...namedAs(frame), data: frame.data, text: frame.data };
    case undefined:
      return { type: 'gateway-error' };
    default:
      return { type: 'other' };
  }
}

/** These members alone: a message has no others of the service's. */
export function namedAs({ id, seq, traceparent }: Named): Named {
  return { id, ...(seq !== undefined && { seq }), ...(traceparent !== undefined && { traceparent }) };
}

function parseObject(source: string): ServiceFrame | { type: undefined } | undefined {
  const value = parseJson(source);
  return typeof value === 'object' && value !== null ? (value as ServiceFrame) : undefined;
}

/**
 * The text of `data`, the last member: what follows the first `"data":`, since in an id its quotes would be escaped.
 */
function dataSource(source: string): string {
  const name = '"data":';
  return source.slice(source.indexOf(name) + name.length, source.lastIndexOf('}'));
}
