/** A message as it is sent. */
export type NewMessage = {
  body: string;
  /** Messages of one group are received in the order in which they were sent. */
  groupId: string;
  /** A message with the same one, within five minutes, is accepted and dropped. */
  deduplicationId: string;
};

/** Answer to the sender. */
export type Receipt = { messageId: string; sequenceNumber: string };

/** A message as a receiver gets it. */
export type ReceivedMessage = NewMessage &
  Receipt & {
    /** Names this receiving of the message, for its deletion. */
    receiptHandle: string;
    /** Milliseconds since the epoch. */
    sentAt: number;
    firstReceivedAt: number;
    receiveCount: number;
  };
