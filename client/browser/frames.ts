import type { Message } from './options.ts';

/** What the service says of a connection that has registered. Times in milliseconds since the epoch, by the service's clock. */
export type Registration = {
  uid: string;
  now: number;
  connectionExpiresAt: number;
  credentialExpiresAt?: number;
};

/** A piece of the text of a message that is too long for one frame. `part` counts from 0. */
export type Part = { id: string; part: number; parts: number; data: string };

type ServiceFrame =
  | ({ type: 'registered' } & Registration)
  | { type: 'error'; code: string; message: string }
  | ({ type: 'part' } & Part)
  | { type: 'message'; id: string; data: unknown }
  | { type: 'text'; id: string; data: string }
  | { type: 'pong' };

export type Frame =
  | ({ type: 'registered' } & Registration)
  | { type: 'error'; code: string; message: string }
  | ({ type: 'part' } & Part)
  | ({ type: 'message' } & Message)
  /** API Gateway's own frame for a function that failed or was throttled; the only one that has no `type`. */
  | { type: 'gateway-error' }
  /** A pong, a frame of a later version, or no frame at all: nothing to act on, but a sign of life. */
  | { type: 'other' };

export const pingFrame = '{"action":"ping"}';

export function registerFrame(identity: 'token' | 'claimed', credential: string): string {
  const member = identity === 'claimed' ? 'uid' : 'token';
  return JSON.stringify({ action: 'register', [member]: credential });
}

export function parseFrame(source: unknown): Frame {
  const frame = typeof source === 'string' ? parseObject(source) : undefined;
  if (!frame) return { type: 'other' };
  switch (frame.type) {
    case 'registered':
    case 'error':
    case 'part':
      return frame;
    case 'message':
      return { type: 'message', id: frame.id, data: frame.data, text: dataSource(String(source)) };
    case 'text':
      return { type: 'message', id: frame.id, data: frame.data, text: frame.data };
    case undefined:
      return { type: 'gateway-error' };
    default:
      return { type: 'other' };
  }
}

function parseObject(source: string): ServiceFrame | { type: undefined } | undefined {
  try {
    const value = JSON.parse(source);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

/** The text of `data`, the last member: what follows the first `"data":`, since in an id its quotes would be escaped. */
function dataSource(source: string): string {
  const name = '"data":';
  return source.slice(source.indexOf(name) + name.length, source.lastIndexOf('}'));
}
