/** As much of a WebSocket as is needed here: the browser's, Node's, or that of `ws`. */
export type WebSocketLike = {
  addEventListener(type: 'open' | 'close' | 'error', listener: () => void): void;
  addEventListener(type: 'message', listener: (event: { data: unknown }) => void): void;
  send(text: string): void;
  close(): void;
};
export type WebSocketConstructor = new (url: string) => WebSocketLike;
