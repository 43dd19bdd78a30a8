/** The part of the `WebSocket` interface that is used; the browser's, Node's and that of the package `ws` have it. */
export type WebSocketLike = {
  /** Calls `listener` when the socket has opened, and when it has closed. */
  addEventListener(type: 'open' | 'close', listener: () => void): void;
  /** Calls `listener` when the socket fails. Outside of browsers, `error` is the cause. */
  addEventListener(type: 'error', listener: (event: { error?: unknown }) => void): void;
  /** Calls `listener` with each message: `data` is its text. */
  addEventListener(type: 'message', listener: (event: { data: unknown }) => void): void;
  /** Sends a text. */
  send(text: string): void;
  /** Begins to close the socket. */
  close(): void;
};

/** Opens a socket to `url`. */
export type WebSocketConstructor = new (url: string) => WebSocketLike;
