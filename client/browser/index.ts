/**
 * The client for pages: registers a browser as a uid, keeps the connection alive, and calls a handler for each message.
 *
 * @module uidpush
 */

import { connectIn } from './connect.ts';
import { systemEnvironment } from './environment.ts';
import type { Connection, ConnectOptions } from './options.ts';

export type { SeenStorage } from './last-seen.ts';
export type {
  Connection,
  ConnectOptions,
  GroupState,
  Identity,
  Message,
  RawCredential,
  Status,
  StatusCloseCalled,
  StatusConnecting,
  StatusOpen,
  StatusRefused,
  StatusWaiting,
} from './options.ts';
export type { Presence, WatchRefused } from './presence.ts';
export { TroubleReason } from './trouble.ts';
export type { WebSocketConstructor, WebSocketLike } from './websocket.ts';

/**
 * Registers this page and keeps it registered, until `close()` or until the service refuses for good. `Data` is what
 * your messages are; nothing checks it.
 *
 * @throws {TypeError} when an option is missing, unknown or not what it must be; the message names it.
 * @example
 * ```ts
 * import { connect } from 'uidpush';
 *
 * const connection = connect<{ title: string }>({
 *   url: 'wss://abc123.execute-api.eu-central-1.amazonaws.com/live',
 *   credential: async () => {
 *     const response = await fetch('/token');
 *     if (!response.ok) throw new Error(`HTTP ${response.status}`);
 *     return response.text();
 *   },
 * });
 * connection.onstatus = ({ state }) => console.log(state); // open
 * connection.onmessage = ({ data }) => console.log(data.title); // Your order has been sent
 * ```
 */
export function connect<Data = unknown>(options: ConnectOptions): Connection<Data> {
  return connectIn(systemEnvironment(), options);
}
