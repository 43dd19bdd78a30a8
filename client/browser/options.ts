import type { SeenStorage } from './last-seen.ts';
import type { TroubleReason } from './trouble.ts';
import type { WebSocketConstructor } from './websocket.ts';

export type ConnectOptions = {
  /** The deployment's `WebSocketUrl`: a `wss://` or `ws://` address. */
  url: string;
  /**
   * Who this page is: a fresh token, or the uid itself where the deployment's identity is `claimed`. Asked for before every
   * connection, also before the one that replaces a connection in time. An attempt that comes to nothing is repeated with the same
   * token while that has half of its life left. When this throws, rejects or takes over 30 seconds, it is asked again later.
   */
  credential: () => string | Promise<string>;
  /** What the credential is, as the deployment is configured: a signed `token` (default), or a uid that is only `claimed`. */
  identity?: 'token' | 'claimed';
  /**
   * Milliseconds without anything received after which the connection is tested. Default: 300,000 (5 minutes). Keep it below 9
   * minutes: API Gateway ends a connection that is silent for 10.
   */
  heartbeatMs?: number;
  /** Default: the global `WebSocket`. Node has one from version 22 on; before, give that of the `ws` package. */
  WebSocket?: WebSocketConstructor;
  /**
   * Where to remember, for each uid, which stored message (pushed with a `TTL`) was shown last, so that a page that is loaded
   * again shows none twice. Pages that share it share what was shown before they were opened. Default: `localStorage`; where that
   * is missing or fails, only this connection remembers, for as long as it lasts.
   */
  storage?: SeenStorage;
  /**
   * Whether the service is told of each stored message that `onmessage` took, so that a backend can ask for it. Default: true.
   * One that is on its way when the connection breaks is lost.
   */
  acknowledge?: boolean;
};

/**
 * A connection that lasts: it comes back after every trouble and is replaced before it ends. Set the handlers right after
 * `connect`: nothing is called before the code that called `connect` has ended. What a handler throws is reported as
 * uncaught and changes nothing else.
 */
export type Connection = {
  /**
   * Called once for each message; for stored ones in the order of their numbers. When it throws, the message counts as shown but
   * is not acknowledged.
   */
  onmessage: ((message: Message) => void) | null;
  /**
   * Called when stored messages expired before this page could show them: a page that must be complete asks its backend now.
   * The messages that come after the gap are shown after it. Not called for what had expired before the browser's first visit.
   */
  ongap: (() => void) | null;
  /** Called when `status` has changed. */
  onstatus: ((status: Status) => void) | null;
  readonly status: Status;
  /** Ends everything, for good. No handler is called after it. */
  close(): void;
};

export type Message = {
  /** The message, parsed. For a broadcast of text that isn't JSON: that text. */
  data: unknown;
  /** The message exactly as it was sent. Here large integers still have all their digits. */
  text: string;
  /** The id of the push, the same on every page that it reached. */
  id: string;
  /** Only of a stored message, one that was pushed with a `TTL`: its number among those of its uid, from 1 on. */
  seq?: number;
};

export type Status =
  /** A connection is being made. */
  | { state: 'connecting' }
  /**
   * Registered as `uid`. Before, pushes without a `TTL` may have been missed: a page that must be complete asks its backend at
   * each `open`. A connection that is replaced in time misses none, and is not told.
   */
  | { state: 'open'; uid: string }
  /** Network trouble, or trouble of the service: tries again at `retryAt`, milliseconds since the epoch. `cause`: what `credential` threw. */
  | { state: 'waiting'; reason: TroubleReason; retryAt: number; cause?: unknown }
  /** Not authorised: the service refused for good, and nothing is tried again. `code` is stable, `message` is for developers. */
  | { state: 'closed'; reason: 'refused'; code: string; message: string }
  /** `close()` was called. */
  | { state: 'closed'; reason: 'close-called' };
