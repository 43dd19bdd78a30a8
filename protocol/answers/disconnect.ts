/** The answers to requests that close connections. Times are ISO 8601 in UTC with milliseconds. */

/** Answer of `DELETE /uids/<uid>`: the uid's connections, counted by outcome. */
export type DisconnectResult = {
  /** The uid that was disconnected. */
  uid: string;
  /** Connections that were closed by this request. */
  closed: number;
  /** Connections that were closed already. */
  gone: number;
  /** Connections that could not be closed, and may still be open. */
  failed: number;
  /** With `only` or `except`: connections that were left open. */
  excluded?: number;
  /** With `revoke`: tokens that were issued up to the end of this second are refused, ISO 8601. */
  revokedThrough?: string;
  /** With `block`: all tokens are refused until then, ISO 8601. */
  blockedUntil?: string;
};

/** Answer of `DELETE /connections/<id>`. One of the counts is 1. */
export type CloseResult = {
  /** The id of the connection. */
  connection: string;
  /** The uid that it was registered as; absent where it was not registered. */
  uid?: string;
  /** 1: it was closed by this request. */
  closed: number;
  /** 1: it was closed already. */
  gone: number;
  /** 1: it could not be closed, and may still be open. */
  failed: number;
};
