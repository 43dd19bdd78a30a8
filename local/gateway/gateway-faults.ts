/** What is to go wrong with one post: answered as API Gateway would when it has trouble, or not at all. */
type PostFault =
  /** 429 LimitExceededException. */
  | { kind: 'throttle' }
  /** 500. */
  | { kind: 'server-error' }
  /** Taken this much later than it came, unless the caller has given up by then. */
  | { kind: 'delay'; milliseconds: number }
  /** Neither sent nor answered, until the caller gives up. */
  | { kind: 'hang' };

/** Trouble to order, asked for at each post and each disconnect. Its members may be changed while the gateway runs. */
export type GatewayFaults = {
  post?(connectionId: string): PostFault | undefined;
  /** Whether `$disconnect` of this connection is never invoked. */
  losesDisconnect?(connectionId: string): boolean;
};
