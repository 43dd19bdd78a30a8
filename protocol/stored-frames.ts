import { parseJson } from './json-text.ts';
/**
 * Frames about stored messages: those that were pushed with a `TTL`, and have a number (`seq`, from 1) within their
 * uid.
 */

/** Service → browser: the page that was asked for has been sent. */
export type ReplayedFrame = {
  /** Every message up to this number that still exists has been sent on this socket. */
  through: number;
  /** The highest number given. Above `through`: ask on from there. */
  latest: number;
  /**
   * Some message up to `through` that the client doesn't have has expired, or the numbers have begun anew. Else absent.
   */
  gap?: true;
};

/** Reads `{"action":"replay","since":n}`: what the client has. `undefined` when it is none. */
export function parseReplayFrame(text: string): { since: number } | undefined {
  const { since } = membersOf(text);
  return isSequenceNumber(since) ? { since } : undefined;
}

/** Reads `{"action":"ack","seq":n}`: the message that the client's page has handled. `undefined` when it is none. */
export function parseAckFrame(text: string): { seq: number } | undefined {
  const { seq } = membersOf(text);
  return isSequenceNumber(seq) && seq > 0 ? { seq } : undefined;
}

export function replayedFrame(replayed: ReplayedFrame): string {
  return JSON.stringify({ type: 'replayed', ...replayed });
}

/** The number of a stored message, or 0: before the first. */
export function isSequenceNumber(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}

/** The members of a frame; none when it is no JSON object. */
export function membersOf(text: string): Record<string, unknown> {
  const value = parseJson(text);
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
