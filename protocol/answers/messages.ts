/** The answers about a stored message. Times are ISO 8601 in UTC with milliseconds. */

/** Answer of `GET` and `DELETE /uids/<uid>/messages/<seq>`: the state of a stored message. */
export type MessageStatus = ExpiredMessageStatus | StoredMessageStatus;

/** Status of a message whose TTL has passed. Nothing else is known of it. */
export type ExpiredMessageStatus = {
  /** The uid of the message. */
  uid: string;
  /** Its number among those of the uid. */
  seq: number;
  /** Discriminates the union. */
  state: 'expired';
};

/** Status of a message whose TTL has not passed. */
export type StoredMessageStatus = {
  /** The uid of the message. */
  uid: string;
  /** Its number among those of the uid. */
  seq: number;
  /**
   * `stored`: no connection has received it; `delivered`: API Gateway accepted it for a connection; `acknowledged`: a
   * page has handled it; `deleted`: taken back, and not replayed any more.
   */
  state: 'stored' | 'delivered' | 'acknowledged' | 'deleted';
  /** When it was stored, ISO 8601. */
  storedAt: string;
  /** When its TTL ends, ISO 8601. */
  expiresAt: string;
  /** When it was first delivered, ISO 8601. */
  deliveredAt?: string;
  /** When it was first acknowledged, ISO 8601. */
  acknowledgedAt?: string;
};
