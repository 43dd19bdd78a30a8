import type { BroadcastAccepted, BroadcastStatus } from '../../protocol/answers/broadcasts.ts';
import type { CloseResult, DisconnectResult } from '../../protocol/answers/disconnect.ts';
import type { Health } from '../../protocol/answers/health.ts';
import type { MessageStatus } from '../../protocol/answers/messages.ts';
import type {
  MulticastAccepted,
  MulticastResult,
  MulticastStatus,
  MulticastUids,
} from '../../protocol/answers/multicast.ts';
import type { OnlinePage, Presence } from '../../protocol/answers/presence.ts';
import type { LineResult, PushResult } from '../../protocol/answers/push.ts';
import { broadcast, broadcastStatus } from './broadcasts.ts';
import {
  broadcastParts,
  disconnectQuery,
  multicastParts,
  onlineQuery,
  pageOptionsOf,
  pushParts,
} from './call-options.ts';
import { clientOptionsOf } from './client-options.ts';
import { closeConnection, disconnect, health, online, onlineUids } from './connections.ts';
import { type Groups, groupsBy } from './groups.ts';
import { HttpClient } from './http-client.ts';
import type { MulticastMessage, PushMessage } from './message-bytes.ts';
import { messageStatus, push } from './messages.ts';
import { multicast, multicastStatus, multicastUids, startMulticast } from './multicast.ts';
import type {
  BroadcastOptions,
  DisconnectOptions,
  MulticastOptions,
  OnlineUidsOptions,
  PushClientOptions,
  PushManyOptions,
  PushOptions,
  SelectionOptions,
} from './options.ts';
import { type PresenceQueries, presenceBy } from './presence.ts';
import { pushMany } from './push-many.ts';

/**
 * A client of the push URL. Every method rejects with a {@link PushError} when it has no result, and with a `TypeError`
 * for arguments that can't be sent and options that don't exist. A push, a multicast or a broadcast is repeated as its
 * `retries` say, once by default, and done once; what reads, disconnects or takes back is tried up to three times when
 * the connection breaks or the answer is 429 or 5xx; `pushMany` is tried once. Between attempts the client waits for
 * 0.1 to 15 seconds, or for what the answer's `Retry-After` asks for, but at most for 30 seconds.
 *
 * In the examples `client` is what `createPushClient` returned.
 */
export type PushClient = {
  /**
   * Pushes one message to every connection of its uid. Resolves to the number of connections that got it. All counts
   * zero: no connection is registered as this uid.
   *
   * @example
   * ```ts
   * const result = await client.push({ uid: 'u1', title: 'Paid' }, { ttlSeconds: 3_600 });
   * console.log(result); // { uid: 'u1', delivered: 1, gone: 0, failed: 0, seq: 1, stored: true }
   * ```
   */
  push(message: PushMessage, options?: PushOptions): Promise<PushResult>;
  /**
   * Pushes up to 1,000 messages (4,500,000 bytes) in one request. Resolves to one result per message, in order; a
   * message that is refused has its refusal there and affects no other. One with a line break in it, or that is blank,
   * is a `TypeError`.
   *
   * @example
   * ```ts
   * const results = await client.pushMany([{ uid: 'u1', n: 1 }, { uid: 'u1', n: 2 }]);
   * console.log(results.length, results[0]); // 2 { uid: 'u1', delivered: 1, gone: 0, failed: 0 }
   * ```
   */
  pushMany(messages: readonly PushMessage[], options?: PushManyOptions): Promise<LineResult[]>;
  /**
   * Pushes one message, which needs no `uid`, to up to 10,000 uids: any JSON object in one line, verbatim. A uid that
   * is named twice is one. Resolves to the counts of all of them, and to who has no connection. For more than 1,000 the
   * service does it in the background, and the end is waited for.
   *
   * @example
   * ```ts
   * const result = await client.multicast(['u1', 'nobody'], { title: 'Back in stock' });
   * console.log(result.delivered, result.offline); // 1 [ 'nobody' ]
   * ```
   */
  multicast(
    uids: readonly (string | number)[],
    message: MulticastMessage,
    options?: MulticastOptions,
  ): Promise<MulticastResult>;
  /**
   * The same, always in the background, without a wait for its end. Resolves to the id that `multicastStatus` and
   * `multicastUids` take for a week; unknown ids are a `PushError` with the code `unknown-multicast`.
   *
   * @example
   * ```ts
   * const { multicast } = await client.startMulticast(['u1', 'nobody'], { title: 'Back in stock' });
   * console.log(multicast); // …
   * ```
   */
  startMulticast(
    uids: readonly (string | number)[],
    message: MulticastMessage,
    options?: PushOptions,
  ): Promise<MulticastAccepted>;
  /**
   * Resolves to the progress of a multicast that is done in the background.
   *
   * @example
   * ```ts
   * const { multicast } = await client.startMulticast(['u1', 'nobody'], { title: 'Back in stock' });
   * console.log((await client.multicastStatus(multicast)).uids); // 2
   * ```
   */
  multicastStatus(id: string): Promise<MulticastStatus>;
  /**
   * Resolves to a page of the uids that such a multicast found `offline` or `unavailable`. While it runs, there are
   * more to come, and every page has an `after`.
   *
   * @example
   * ```ts
   * const { multicast } = await client.startMulticast(['u1', 'nobody'], { title: 'Back in stock' });
   * while ((await client.multicastStatus(multicast)).state === 'running');
   * console.log((await client.multicastUids(multicast, 'offline')).uids); // [ 'nobody' ]
   * ```
   */
  multicastUids(
    id: string,
    kind: 'offline' | 'unavailable',
    page?: OnlineUidsOptions,
  ): Promise<MulticastUids>;
  /**
   * Resolves to the state of a stored message; `seq` is the number that its push resolved to. A number that no message
   * has or had is a `PushError` with the code `unknown-message`.
   *
   * @example
   * ```ts
   * const { seq = 0 } = await client.push({ uid: 'u1', title: 'Paid' }, { ttlSeconds: 3_600 });
   * console.log((await client.message('u1', seq)).state); // delivered
   * ```
   */
  message(uid: string, seq: number): Promise<MessageStatus>;
  /**
   * Deletes a stored message and resolves to its state: it is not replayed from then on. A connection that has received
   * it keeps it.
   *
   * @example
   * ```ts
   * const { seq = 0 } = await client.push({ uid: 'u1', title: 'Sale ends today' }, { ttlSeconds: 3_600 });
   * console.log((await client.takeBack('u1', seq)).state); // deleted
   * ```
   */
  takeBack(uid: string, seq: number): Promise<MessageStatus>;
  /**
   * Starts to send a text, JSON or not, to every registered connection. Resolves before it is sent, to the id that
   * `broadcastStatus` takes.
   *
   * @example
   * ```ts
   * const { broadcast } = await client.broadcast('{"notice":"Maintenance at 18:00"}');
   * console.log(broadcast); // …
   * ```
   */
  broadcast(text: string, options?: BroadcastOptions): Promise<BroadcastAccepted>;
  /**
   * Resolves to the progress of a broadcast. After a week it is unknown: a `PushError` with the code
   * `unknown-broadcast`.
   *
   * @example
   * ```ts
   * import { setTimeout } from 'node:timers/promises';
   *
   * const { broadcast } = await client.broadcast('Maintenance at 18:00');
   * let status = await client.broadcastStatus(broadcast);
   * while (status.state === 'running') {
   *   await setTimeout(1_000);
   *   status = await client.broadcastStatus(broadcast);
   * }
   * console.log(status.state, status.failed); // finished 0
   * ```
   */
  broadcastStatus(id: string): Promise<BroadcastStatus>;
  /**
   * Stops a broadcast. What was sent stays sent; the counts grow for up to half a minute more, while workers end the
   * page that they are at. Resolves to its state, which stays `finished` where it was.
   *
   * @example
   * ```ts
   * const { broadcast } = await client.broadcast('Maintenance at 18:00');
   * console.log((await client.stopBroadcast(broadcast)).state === 'running'); // false
   * ```
   */
  stopBroadcast(id: string): Promise<BroadcastStatus>;
  /**
   * Resolves to the connections that are registered as `uid`, or those of them that are selected.
   *
   * @example
   * ```ts
   * console.log(await client.online('u1')); // { uid: 'u1', online: true, connections: [ { id: '…', since: '…' } ] }
   * ```
   */
  online(uid: string, options?: SelectionOptions): Promise<Presence>;
  /**
   * Resolves to a page of the uids that are online, in no order; `after` of one page asks for the next, and a page
   * without it is the last. It reads the whole table of connections, page by page, and costs accordingly.
   *
   * @example
   * ```ts
   * const { uids, after } = await client.onlineUids({ limit: 500 });
   * console.log(uids.some(({ uid }) => uid === 'u1'), after); // true undefined
   * ```
   */
  onlineUids(page?: OnlineUidsOptions): Promise<OnlinePage>;
  /**
   * Closes the connections of `uid` that are selected, by default all, and removes their registrations. With `revoke`
   * its tokens are refused, too, and with `blockSeconds` all of its tokens for a time. After a retry the counts are
   * those of the last attempt.
   *
   * @example
   * ```ts
   * console.log(await client.disconnect('u1')); // { uid: 'u1', closed: 1, gone: 0, failed: 0 }
   * ```
   */
  disconnect(uid: string, options?: DisconnectOptions): Promise<DisconnectResult>;
  /**
   * Closes one connection by its id, registered or not, and removes its registration. One that does not exist is a
   * `PushError` with the code `unknown-connection`; one that was closed less than a minute ago is `gone`.
   *
   * @example
   * ```ts
   * const { connections } = await client.online('u1');
   * for (const { id } of connections) {
   *   console.log(await client.closeConnection(id)); // { connection: '…', uid: 'u1', closed: 1, gone: 0, failed: 0 }
   * }
   * ```
   */
  closeConnection(id: string): Promise<CloseResult>;
  /** Who of many uids is online, and how many are. */
  readonly presence: PresenceQueries;
  /** Groups of uids and connections, in a deployment with `groups=true`. */
  readonly groups: Groups;
  /**
   * Resolves when the service answers, without access to its tables.
   *
   * @example
   * ```ts
   * console.log(await client.health()); // { status: 'ok' }
   * ```
   */
  health(): Promise<Health>;
};

/**
 * Returns a client of the push URL. Its methods need no `this`.
 *
 * @throws {TypeError} when an option is missing, unknown or not what it must be; the message names it.
 * @example
 * ```ts
 * import { createPushClient } from 'uidpush/backend';
 *
 * const client = createPushClient({ url: 'https://abc123.lambda-url.eu-central-1.on.aws/' });
 * const { delivered } = await client.push({ uid: 'u1', title: 'Your order has been sent' });
 * console.log(delivered > 0 ? 'online' : 'not online'); // online
 * ```
 */
export function createPushClient(options: PushClientOptions): PushClient {
  const checked = clientOptionsOf(options);
  const http = new HttpClient(checked);
  return {
    push: async (message, pushOptions = {}) =>
      push(http, message, pushParts('push', pushOptions, checked.retries)),
    pushMany: (messages, pushOptions) => pushMany(http, messages, pushOptions),
    multicast: async (uids, message, multicastOptions = {}) =>
      multicast(http, checked, uids, message, multicastParts(multicastOptions, checked.retries)),
    startMulticast: async (uids, message, startOptions = {}) =>
      startMulticast(http, uids, message, pushParts('startMulticast', startOptions, checked.retries)),
    multicastStatus: (id) => multicastStatus(http, id),
    multicastUids: async (id, kind, page = {}) =>
      multicastUids(http, id, kind, pageOptionsOf('multicastUids', page)),
    message: (uid, seq) => messageStatus(http, 'GET', uid, seq),
    takeBack: (uid, seq) => messageStatus(http, 'DELETE', uid, seq),
    broadcast: async (text, broadcastOptions = {}) =>
      broadcast(http, text, broadcastParts(broadcastOptions, checked.retries)),
    broadcastStatus: (id) => broadcastStatus(http, 'GET', id),
    stopBroadcast: (id) => broadcastStatus(http, 'DELETE', id),
    online: async (uid, selection = {}) => online(http, uid, onlineQuery(selection)),
    onlineUids: async (page = {}) => onlineUids(http, pageOptionsOf('onlineUids', page)),
    disconnect: async (uid, disconnectOptions = {}) =>
      disconnect(http, uid, disconnectQuery(disconnectOptions)),
    closeConnection: (id) => closeConnection(http, id),
    presence: presenceBy(http),
    groups: groupsBy(http, checked),
    health: () => health(http),
  };
}
