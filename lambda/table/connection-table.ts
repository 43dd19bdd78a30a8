/** One open WebSocket of a uid. */
export type Connection = {
  /** API Gateway's name for it. Never used again for another. */
  connectionId: string;
  /** When it registered, milliseconds since the epoch. */
  registeredAt: number;
  /** Epoch seconds after which it can't be open any more. */
  expiresAt: number;
};

/** What the table knows of a connection: whose it is, or that it was closed before it was anybody's. */
export type Registration = { uid: string } | { closed: true };

/**
 * Who is where. Named operations, each a single-item write or one read, strongly consistent; the order in which they are safe is
 * the business of `registration/`.
 */
export interface ConnectionTable {
  /** The connections of `uid` that have not expired at `now` (milliseconds since the epoch). */
  connectionsOf(uid: string, now: number): Promise<Connection[]>;
  addConnection(uid: string, connection: Connection): Promise<void>;
  /** Deletes exactly this connection of this uid; it need not exist. */
  removeConnection(uid: string, connectionId: string): Promise<void>;

  registrationOf(connectionId: string): Promise<Registration | undefined>;
  /** Writes a registration (or the mark that the connection is closed) unless there is one. Whether it was written. */
  addFirstRegistration(connectionId: string, registration: Registration, expiresAt: number): Promise<boolean>;
  /** Deletes the registration and tells what it was. */
  takeRegistration(connectionId: string): Promise<Registration | undefined>;
}
