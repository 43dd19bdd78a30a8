/** One open WebSocket of a uid. */
export type Connection = {
  /** API Gateway's name for it. Never used again for another. */
  connectionId: string;
  /** When API Gateway received the message that registered it, milliseconds since the epoch. */
  registeredAt: number;
  /** Epoch seconds after which it can't be open any more, or its credential has ended. */
  expiresAt: number;
  /** Whether it receives messages in frames; else as plain text. */
  isFramed: boolean;
} & ClientDetails;

/** Members of the registration that describe the page. */
export type ClientDetails = {
  /** Its name over all its connections. */
  device?: string;
  /** The source of a JSON object. */
  meta?: string;
};

/** Properties that a connection has from its registration to its end. */
export type ModeAndTime = Pick<Connection, 'registeredAt' | 'isFramed'>;

/** The uid that a connection belongs to, by the message that registered it. */
export type Registered = ModeAndTime & { uid: string };

/** The registration of a connection, or the mark that it was closed. */
export type Registration = Registered | { closed: true };

/** A uid that is online, with how many connections. */
export type OnlineUid = { uid: string; connections: number };

/**
 * The connections of each uid, and the registration of each connection. Named operations, each a single-item write or
 * one strongly consistent read; `registration/` calls them in an order that is safe.
 */
export interface ConnectionTable {
  /** Returns the connections of `uid` that have not expired at `now` (milliseconds since the epoch). */
  connectionsOf(uid: string, now: number): Promise<Connection[]>;
  /** Returns whether `uid` has a connection that has not expired at `now`. Reads no more of them than it must. */
  hasConnections(uid: string, now: number): Promise<boolean>;
  /**
   * Returns up to `limit` uids that have connections, beginning after `after`, in an arbitrary but stable order; fewer
   * than `limit` mean that there are no more. Reads the table until it has found them: the cost is that of a scan.
   */
  onlineUids(limit: number, after: string | undefined, now: number): Promise<OnlineUid[]>;
  connectionOf(uid: string, connectionId: string): Promise<Connection | undefined>;
  /**
   * Creates the row, or extends it: one that exists keeps its mode, its time, and the device and the meta that it has.
   * Returns the row as it is now, or `undefined` if nothing was written, as the row lasts as long already.
   */
  addConnection(uid: string, connection: Connection): Promise<Connection | undefined>;
  /** Sets mode and time of the row, if they are those of `before`. Returns whether it was written. */
  replaceConnection(
    uid: string,
    connectionId: string,
    before: ModeAndTime,
    after: ModeAndTime,
  ): Promise<boolean>;
  /**
   * Deletes exactly this connection of this uid; it need not exist. With `expected`, only if its mode and its time are
   * those.
   */
  removeConnection(uid: string, connectionId: string, expected?: ModeAndTime): Promise<void>;

  registrationOf(connectionId: string): Promise<Registration | undefined>;
  /**
   * Writes a registration (or the mark that the connection is closed) unless there is one. Returns whether it was
   * written.
   */
  addFirstRegistration(connectionId: string, registration: Registration, expiresAt: number): Promise<boolean>;
  /** Writes a registration in place of `before`, if that is there still. Returns whether it was written. */
  replaceRegistration(connectionId: string, before: Registered, registration: Registered): Promise<boolean>;
  /**
   * Deletes the registration and returns what it was. The mark that the connection is closed stays: a message that is
   * still in progress would register the connection anew.
   */
  takeRegistration(connectionId: string): Promise<Registered | undefined>;
  /** Writes the mark that the connection is closed, and returns the registration that it replaced. */
  markClosed(connectionId: string, expiresAt: number): Promise<Registration | undefined>;
}
