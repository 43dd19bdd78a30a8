/** As much of a WebSocket as is needed here: the browser's, Node's, or that of `ws`. */
export type WebSocketLike = {
  addEventListener(type: 'open' | 'close', listener: () => void): void;
  /** Outside of browsers, `error` is what went wrong. */
  addEventListener(type: 'error', listener: (event: { error?: unknown }) => void): void;
  addEventListener(type: 'message', listener: (event: { data: unknown }) => void): void;
  send(text: string): void;
  close(): void;
};
export type WebSocketConstructor = new (url: string) => WebSocketLike;
