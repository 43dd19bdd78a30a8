import type { SeenStorage } from './last-seen.ts';
import type { Presence, WatchRefused } from './presence.ts';
import type { TroubleReason } from './trouble.ts';
import type { WebSocketConstructor } from './websocket.ts';

/** How a deployment lets browsers prove their uid: by a signed `token`, or by a uid that is only `claimed`. */
export type Identity = 'token' | 'claimed';

/** A token, or a uid. A uid that is a safe integer or a bigint is the text of its digits. */
export type RawCredential = string | number | bigint;

/** Options of `connect`. */
export type ConnectOptions = {
  /** The deployment's `WebSocketUrl`: a `wss://` or `ws://` address. */
  url: string | URL;
  /**
   * Who this page is: a fresh token, or the uid itself where the deployment's identity is `claimed`. Asked for before
   * every connection, also before the one that replaces a connection in time. An attempt that comes to nothing is
   * repeated with the same token while that has half of its life left. When this throws, rejects, takes over 30 seconds
   * or returns what can't be a token (or a uid), it is asked again later.
   */
  credential: () => RawCredential | PromiseLike<RawCredential>;
  /**
   * Kind of the credential, as the deployment is configured.
   *
   * @default 'token'
   */
  identity?: Identity;
  /**
   * Milliseconds without anything received after which the connection is tested: from 1,000 to 540,000, because API
   * Gateway ends a connection that is silent for 10 minutes.
   *
   * @default 300_000
   */
  heartbeatMs?: number;
  /**
   * Node has a global one from version 22 on; before, pass that of the `ws` package.
   *
   * @default globalThis.WebSocket
   */
  WebSocket?: WebSocketConstructor;
  /**
   * Where to remember, for each uid, which stored message (pushed with a `TTL`) was shown last, so that a page that is
   * loaded again shows none twice. Pages that share it share what was shown before they were opened. Where it is
   * missing or fails, only this connection remembers, for as long as it lasts.
   *
   * @default localStorage
   */
  storage?: SeenStorage;
  /**
   * Whether each stored message that `onmessage` took is acknowledged to the service, so that a backend can ask for it.
   * An acknowledgement that is on its way when the connection breaks is lost.
   *
   * @default true
   */
  acknowledge?: boolean;
  /**
   * This page's name for itself, for a backend's `except` and `only`: 1 to 64 bytes. Connections that follow each other
   * have one name, so that it outlives the two hours of a connection.
   *
   * @default a random name that the tab keeps while it is open, over reloads; a duplicate of the tab gets another
   */
  device?: string;
  /**
   * Description of this page for the backend, as `GET /uids/<uid>` lists it: an object of at most 512 bytes as JSON. It
   * is the page's own word, proven by nothing.
   *
   * @default none
   */
  meta?: object;
};

/**
 * A connection that lasts: it is restored after every failure and replaced before it ends. Set the handlers right after
 * `connect`: nothing is called before the code that called `connect` has ended. What a handler throws is reported as
 * uncaught and changes nothing else. An object of functions and accessors: it works behind a `Proxy`, and its functions
 * work alone.
 */
export type Connection<Data = unknown> = {
  /**
   * Called once for each message, with one after the other; for stored ones in the order of their numbers. A promise
   * that it returns is awaited, for 30 seconds at most, before the message is acknowledged and the next one is passed.
   * When it throws or rejects, the message counts as shown but is not acknowledged.
   *
   * Without a handler, 256 messages wait and do not count as shown. Of those that come then, stored ones are asked for
   * again when there is room; the others are lost, and `ongap` is called. Only a function is a handler.
   */
  onmessage: ((message: Message<Data>) => unknown) | null;
  /**
   * Called when messages are lost to this page: stored ones expired before it could show them, or too many waited for
   * `onmessage`. A page that must be complete asks its backend now. The messages that come after the gap are shown
   * after it, and after the promise that it returns. Without a handler, messages go on, and a handler that is set later
   * is called then. Not called for what had expired before the browser's first visit.
   */
  ongap: (() => unknown) | null;
  /** Called with the new `status` whenever that has changed. */
  onstatus: ((status: Status) => unknown) | null;
  /**
   * Called with what became of a group: what `join` and `leave` resolve to, and each change after it. `joined` anew:
   * the connection was lost, and what was pushed to the group since was missed; a replacement in time misses none.
   * `refused`, after it was joined: the token does not name it any more.
   */
  ongroup: ((state: GroupState) => unknown) | null;
  /**
   * Called with each user whom the page watches, once the service has said how they are, and then when one comes or
   * leaves. What changed while the connection was lost, or was replaced, is shown after it; nothing is shown twice.
   */
  onpresence: ((presence: Presence) => unknown) | null;
  /** Called, once, with the users whom the service does not let the page watch, now or any more. */
  onwatchrefused: ((refused: WatchRefused) => unknown) | null;
  /** The current status. */
  readonly status: Status;
  /**
   * The service's name for the connection in use, for a backend's `?except=`; undefined while there is none. Read it
   * when you need it: each replacement has another.
   */
  readonly connectionId: string | undefined;
  /** The page's `device`, for a backend's `?except=`: send it along with what the user does here. */
  readonly device: string;
  /**
   * Joins a group, and joins it again on each connection that follows, until `leave`, or until the service refuses:
   * that is not asked again. Resolves when every push to the group reaches this page, or when it is known that none
   * will soon; after 30 seconds at the latest. Never rejects.
   *
   * @throws {TypeError} when `group` can't be the name of one: a text of 1 to 256 bytes.
   * @example
   * ```ts
   * const joined = await connection.join('room-7');
   * console.log(joined); // { state: 'joined', group: 'room-7' }
   * const refused = await connection.join('staff');
   * console.log(refused.state); // refused
   * ```
   */
  join(group: string): Promise<GroupState>;
  /**
   * To leave a group that is being joined ends that: `join` resolves to `left`, too. Messages that are on their way may
   * come after it.
   *
   * @throws {TypeError} when `group` can't be the name of one.
   * @example
   * ```ts
   * const { state } = await connection.leave('room-7');
   * console.log(state); // left
   * ```
   */
  leave(group: string): Promise<GroupState>;
  /**
   * Watches these users, at most 100, in place of all before, and on each connection that follows. Those whom the
   * service refuses are not asked for again.
   *
   * @throws {TypeError} when `uids` is no array of uids, or has too many.
   * @example
   * ```ts
   * connection.onwatchrefused = ({ uids }) => console.log(uids); // [ 'stranger' ]
   * connection.onpresence = ({ uid, online }) => console.log(uid, online); // friend-1 false
   * connection.watch(['friend-1', 'stranger']);
   * ```
   */
  watch(uids: readonly RawCredential[]): void;
  /**
   * Watches all but these from now on.
   *
   * @throws {TypeError} when `uids` is no array of uids.
   * @example
   * ```ts
   * connection.onpresence = ({ uid }) => console.log(uid); // friend-2
   * connection.watch(['friend-1', 'friend-2']);
   * connection.unwatch(['friend-1']);
   * ```
   */
  unwatch(uids: readonly RawCredential[]): void;
  /**
   * Closes the connection and makes another with a fresh credential, also after the service refused. Call it when
   * another user logs in: a token that was kept for the next attempt is forgotten, and nothing that was meant for the
   * user before is shown. After `close()` it does nothing.
   *
   * @example
   * ```ts
   * // Another user has logged in on this page.
   * connection.reconnect();
   * console.log(connection.status.state); // connecting
   * ```
   */
  reconnect(): void;
  /**
   * Closes the connection for good. No handler is called after it.
   *
   * @example
   * ```ts
   * connection.close();
   * console.log(connection.status); // { state: 'closed', reason: 'close-called' }
   * ```
   */
  close(): void;
};

/** A message as `onmessage` receives it. */
export type Message<Data = unknown> = {
  /** The message, parsed and not checked. For a broadcast of text that isn't JSON: that text. */
  data: Data;
  /** The message exactly as it was sent. Here large integers still have all their digits. */
  text: string;
  /** The id of the push, the same on every page that it reached. */
  id: string;
  /** The number of a stored message (pushed with a `TTL`) among those of its uid, from 1; absent for others. */
  seq?: number;
  /**
   * To which trace the push belongs (W3C Trace Context), where the deployment has `tracing`, its backend said so, and
   * the message comes live: make the span of what you do with it a child of this.
   */
  traceparent?: string;
};

/** Whether there is a connection, and if not, why. Compare `state`, then `reason`. */
export type Status = StatusConnecting | StatusOpen | StatusWaiting | StatusRefused | StatusCloseCalled;

/** A connection is being made. */
export type StatusConnecting = {
  /** Discriminates the union. */
  state: 'connecting';
};

/**
 * Registered as `uid`. Before, pushes without a `TTL` may have been missed: a page that must be complete asks its
 * backend at each `open`. A connection that is replaced in time misses none, and stays `open` without a call of
 * `onstatus`.
 */
export type StatusOpen = {
  /** Discriminates the union. */
  state: 'open';
  /** The uid that the credential proved. */
  uid: string;
};

/** The network or the service failed; the client tries again by itself. */
export type StatusWaiting = {
  /** Discriminates the union. */
  state: 'waiting';
  /** The operation that failed. */
  reason: TroubleReason;
  /** When the next attempt begins, in milliseconds since 1970. */
  retryAt: number;
  /**
   * The error that `credential` threw, the fault of its value, or why no socket could be opened, where known.
   */
  cause?: unknown;
};

/** The service refused the credential. Nothing is tried again before `reconnect()`. */
export type StatusRefused = {
  /** Discriminates the union. */
  state: 'closed';
  /** Discriminates the union. */
  reason: 'refused';
  /** The code of the error frame, which is stable. */
  code: string;
  /** An explanation for developers. */
  message: string;
};

/** Whether this page is in a group. Compare `state`. */
export type GroupState =
  | {
      /**
       * `joined`: every push to the group reaches this page. `left`: none does. `waiting`: the service has not
       * answered in 30 seconds, or there is no connection. To `join` goes on: it is done as soon as it can be.
       */
      state: 'joined' | 'left' | 'waiting';
      /** Its name. */
      group: string;
    }
  | {
      /** The page is not in the group, or can't leave it, as a backend has put its uid in. */
      state: 'refused';
      /** Its name. */
      group: string;
      /** The code of the `refused` frame, which is stable. */
      code: string;
      /** An explanation for developers. */
      message: string;
    };

/** `close()` was called. */
export type StatusCloseCalled = {
  /** Discriminates the union. */
  state: 'closed';
  /** Discriminates the union. */
  reason: 'close-called';
};
