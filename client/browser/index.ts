import { connectIn } from './connect.ts';
import { systemEnvironment } from './environment.ts';
import type { Connection, ConnectOptions } from './options.ts';

export type { Connection, ConnectOptions, Message, Status } from './options.ts';
export { TroubleReason } from './trouble.ts';
export type { WebSocketConstructor, WebSocketLike } from './websocket.ts';

/**
 * Registers this page and keeps it registered, until `close()` or until the service refuses for good. Throws a `TypeError`
 * when the URL is not a WebSocket address, and where there is no WebSocket.
 *
 *     const connection = connect({ url: 'wss://…', credential: () => fetchToken() });
 *     connection.onmessage = ({ data }) => show(data);
 *     connection.onstatus = ({ state }) => showState(state);
 */
export function connect(options: ConnectOptions): Connection {
  return connectIn(systemEnvironment(options.WebSocket), options);
}
