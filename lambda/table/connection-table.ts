/** One open WebSocket of a uid. */
export type Connection = {
  /** API Gateway's name for it. Never used again for another. */
  connectionId: string;
  /** When it registered, milliseconds since the epoch. */
  registeredAt: number;
  /** Epoch seconds after which it can't be open any more, or its credential has ended. */
  expiresAt: number;
  /** Whether it is told messages in frames; else as the plain text. */
  isFramed: boolean;
};

/** What the table knows of a connection: whose it is, or that it was closed before it was anybody's. */
export type Registration = { uid: string } | { closed: true };

/** A uid that is online, with how many connections. */
export type OnlineUid = { uid: string; connections: number };

/**
 * Who is where. Named operations, each a single-item write or one read, strongly consistent; the order in which they are safe is
 * the business of `registration/`.
 */
export interface ConnectionTable {
  /** The connections of `uid` that have not expired at `now` (milliseconds since the epoch). */
  connectionsOf(uid: string, now: number): Promise<Connection[]>;
  /**
   * Up to `limit` uids that have connections, from the one after `after` on, in no order that means anything; fewer than `limit` mean
   * that there are no more. Reads the table until it has found them: the cost is that of a scan.
   */
  onlineUids(limit: number, after: string | undefined, now: number): Promise<OnlineUid[]>;
  addConnection(uid: string, connection: Connection): Promise<void>;
  /** Deletes exactly this connection of this uid; it need not exist. */
  removeConnection(uid: string, connectionId: string): Promise<void>;

  registrationOf(connectionId: string): Promise<Registration | undefined>;
  /** Writes a registration (or the mark that the connection is closed) unless there is one. Whether it was written. */
  addFirstRegistration(connectionId: string, registration: Registration, expiresAt: number): Promise<boolean>;
  /** Deletes the registration and tells what it was. */
  takeRegistration(connectionId: string): Promise<Registration | undefined>;
}
