/** An open WebSocket, whether it is registered or not. */
export type Socket = {
  /** API Gateway's name for it, which it never uses again for another. */
  connectionId: string;
  /** When the socket was opened, milliseconds since the epoch. */
  connectedAt: number;
};

/** A browser's request on its socket, as the handler of its route receives it. */
export type Incoming = Socket & {
  /** When API Gateway received it, milliseconds since the epoch. */
  receivedAt: number;
  text: string;
};
