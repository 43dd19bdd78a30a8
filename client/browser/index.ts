import { connectIn } from './connect.ts';
import { systemEnvironment } from './environment.ts';
import type { Connection, ConnectOptions } from './options.ts';

export type { SeenStorage } from './last-seen.ts';
export type {
  Connection,
  ConnectOptions,
  Identity,
  Message,
  RawCredential,
  Status,
} from './options.ts';
export { TroubleReason } from './trouble.ts';
export type { WebSocketConstructor, WebSocketLike } from './websocket.ts';

/**
 * Registers this page and keeps it registered, until `close()` or until the service refuses for good. `Data` is what
 * your messages are; nothing checks it.
 *
 * @throws {TypeError} when an option is missing, unknown or not what it must be; the message names it.
 * @example
 *     const connection = connect<{ title: string }>({ url: 'wss://…', credential: () => fetchToken() });
 *     connection.onmessage = ({ data }) => show(data.title);
 *     connection.onstatus = ({ state }) => showState(state);
 */
export function connect<Data = unknown>(options: ConnectOptions): Connection<Data> {
  return connectIn(systemEnvironment(), options);
}
