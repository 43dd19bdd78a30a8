import { MAX_DEVICE_BYTES, MAX_META_BYTES } from '../../protocol/limits.ts';
import { isDevice } from '../../protocol/selection.ts';
import { utf8Length } from '../../protocol/utf8.ts';
import type { Environment } from './environment.ts';
import type { SeenStorage } from './last-seen.ts';
import type { ConnectOptions } from './options.ts';
import type { WebSocketConstructor } from './websocket.ts';

/** The options, each checked, with the defaults of those that are absent. */
export type Settings = Required<Omit<ConnectOptions, 'meta'>> & { url: string; meta: object | undefined };

type Rule = [isMet: (value: unknown) => boolean, description: string];

const shortestHeartbeatMs = 1_000;
/** A minute before API Gateway ends a connection that is silent. */
const longestHeartbeatMs = 540_000;

const rules: Record<keyof ConnectOptions, Rule> = {
  device: [isDevice, `a text of 1 to ${MAX_DEVICE_BYTES} bytes without control characters`],
  meta: [isMeta, `an object of at most ${MAX_META_BYTES} bytes as JSON`],
  url: [isWebSocketUrl, 'a ws:// or wss:// address'],
  credential: [isFunction, 'a function'],
  identity: [(value) => value === 'token' || value === 'claimed', 'token or claimed'],
  heartbeatMs: [isHeartbeat, `a number from ${shortestHeartbeatMs} to ${longestHeartbeatMs}`],
  WebSocket: [isFunction, 'a WebSocket constructor, which Node lacks before version 22'],
  storage: [isStorage, 'an object with getItem and setItem'],
  acknowledge: [(value) => typeof value === 'boolean', 'true or false'],
};

/** Throws a `TypeError` that names the option that is missing, unknown or not what it must be. */
export function settingsOf(options: ConnectOptions, environment: Environment): Settings {
  const {
    url,
    credential,
    identity = 'token',
    heartbeatMs = 300_000,
    WebSocket = environment.WebSocket,
    storage = environment.storage,
    acknowledge = true,
    device = environment.tab.device(),
    meta,
    ...unknown
  } = options;
  const settings = { url, credential, identity, heartbeatMs, WebSocket, storage, acknowledge, device, meta };
  for (const name of Object.keys(unknown)) throw new TypeError(`There is no option ${name}.`);
  for (const [name, [isMet, description]] of Object.entries(rules)) {
    if (isMet(settings[name as keyof ConnectOptions])) continue;
    throw new TypeError(`The option ${name} must be ${description}.`);
  }
  return { ...settings, url: String(url), WebSocket: WebSocket as WebSocketConstructor };
}

/** One that every browser opens a WebSocket with: older ones refuse a fragment, and nothing listens at port 0. */
function isWebSocketUrl(value: unknown): boolean {
  if (typeof value !== 'string' && !(value instanceof URL)) return false;
  try {
    const { protocol, port, hash } = new URL(value);
    return (protocol === 'ws:' || protocol === 'wss:') && port !== '0' && hash === '';
  } catch {
    return false;
  }
}

function isHeartbeat(value: unknown): boolean {
  return typeof value === 'number' && value >= shortestHeartbeatMs && value <= longestHeartbeatMs;
}

function isStorage(value: unknown): boolean {
  const { getItem, setItem } = Object(value) as Partial<SeenStorage>;
  return isFunction(getItem) && isFunction(setItem);
}

function isMeta(value: unknown): boolean {
  if (value === undefined) return true;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  try {
    return utf8Length(JSON.stringify(value)) <= MAX_META_BYTES;
  } catch {
    return false;
  }
}

function isFunction(value: unknown): boolean {
  return typeof value === 'function';
}
