import type { FrameError } from './frame-error.ts';
import { memberSource, parseJson } from './json-text.ts';
import { MAX_MESSAGE_BYTES, MAX_META_BYTES } from './limits.ts';
import { isDevice } from './selection.ts';
import { encodeUtf8 } from './utf8.ts';

/**
 * Browser → service: `{"action":"register","token":…}`, or `"uid"` where uids are claimed. `since`: the number of the
 * last stored message that the client has; newer ones are to be replayed. Without it nothing is. `again`: the
 * connection was registered before, and lost that. `device`: what the page calls itself, over all its connections;
 * `meta`: what it wants a backend to know of it, the source of a JSON object.
 */
export type RegisterFrame = {
  credential: string;
  since?: number;
  again?: true;
  device?: string;
  meta?: string;
};

/** Service → browser, in answer to `register`. Times in milliseconds since the epoch. */
export type RegisteredFrame = {
  uid: string;
  connectionId: string;
  /** When API Gateway will end the connection. */
  connectionExpiresAt: number;
  /** The service's clock, by which the other times are. */
  now: number;
  /** When the token ends, and pushes with it. Absent where uids are claimed. */
  credentialExpiresAt?: number;
  /** The highest number that a stored message of the uid was given; 0: none ever was. */
  latest: number;
};

/** Reads the text of a register frame, whose action has been found already; `undefined` when it is none. */
export function parseRegisterFrame(text: string, credentialName: 'token' | 'uid'): RegisterFrame | undefined {
  const { [credentialName]: credential, since, again, device, meta } = membersOf(text);
  if (typeof credential !== 'string') return undefined;
  if (since !== undefined && !isSequenceNumber(since)) return undefined;
  if (device !== undefined && !isDevice(device)) return undefined;
  const metaSource = meta === undefined ? undefined : metaSourceOf(text, meta);
  if (meta !== undefined && metaSource === undefined) return undefined;
  return {
    credential,
    ...(again === true && { again }),
    ...(since !== undefined && { since }),
    ...(device !== undefined && { device }),
    ...(metaSource !== undefined && { meta: metaSource }),
  };
}

/** Returns the source of the member `meta`, without white space, or `undefined` where it is no object or too large. */
function metaSourceOf(text: string, meta: unknown): string | undefined {
  if (typeof meta !== 'object' || meta === null || Array.isArray(meta)) return undefined;
  const source = memberSource(text, 'meta');
  return encodeUtf8(source).length <= MAX_META_BYTES ? source : undefined;
}

export function registeredFrame(registered: RegisteredFrame): string {
  return JSON.stringify({ type: 'registered', ...registered });
}

export function errorFrame({ code, message }: FrameError): string {
  return JSON.stringify({ type: 'error', code, message });
}

/** In answer to `check`. `latest`, of a connection that is registered, as in `RegisteredFrame`. */
export type CheckedFrame = { registered: true; latest: number } | { registered: false };

export function checkedFrame(checked: CheckedFrame): string {
  return JSON.stringify({ type: 'checked', ...checked });
}

export const pongFrame = JSON.stringify({ type: 'pong' });

/**
 * The frames that bring one message to a framed socket: one, or several parts where the message in its envelope is
 * longer than API Gateway takes. `id` is the push's. `isJson`: the text stands in the frame as it is, verbatim; else as
 * a JSON string. `seq`: the number of a message that is stored. `traceparent`: that of the push.
 */
export function messageFrames(
  id: string,
  text: string,
  isJson: boolean,
  seq?: number,
  traceparent?: string,
): string[] {
  const name = {
    id,
    ...(seq !== undefined && { seq }),
    ...(traceparent !== undefined && { traceparent }),
  };
  const whole = isJson
    ? `${JSON.stringify({ type: 'message', ...name }).slice(0, -1)},"data":${text}}`
    : JSON.stringify({ type: 'text', ...name, data: text });
  if (encodeUtf8(whole).length <= MAX_MESSAGE_BYTES) return [whole];

  const pieces = cut(text, MAX_MESSAGE_BYTES - envelopeBytes);
  const of = isJson ? 'message' : 'text';
  return pieces.map((data, part) =>
    JSON.stringify({ type: 'part', ...name, part, parts: pieces.length, of, data }),
  );
}

/** More than a part's envelope has: its members' names, a UUID, and some numbers. */
const envelopeBytes = 256;

/** Cuts between code points, so that each piece is at most `maxBytes` long as a JSON string. */
function cut(text: string, maxBytes: number): string[] {
  const pieces: string[] = [];
  let piece = '';
  let bytes = 0;
  for (const codePoint of text) {
    // Without the quotes of the string.
    const length = encodeUtf8(JSON.stringify(codePoint)).length - 2;
    if (bytes + length > maxBytes) {
      pieces.push(piece);
      piece = '';
      bytes = 0;
    }
    piece += codePoint;
    bytes += length;
  }
  return [...pieces, piece];
}

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
function isSequenceNumber(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}

/** The members of a frame; none when it is no JSON object. */
function membersOf(text: string): Record<string, unknown> {
  const value = parseJson(text);
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
