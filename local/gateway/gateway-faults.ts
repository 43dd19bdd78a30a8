/** Fault of one `@connections` request: answered as API Gateway would when it fails, or not at all. */
export type ManagementFault =
  /** 429 LimitExceededException. */
  | { kind: 'throttle' }
  /** 500. */
  | { kind: 'server-error' }
  /** 410 for a connection that is open. `isDone`: what was asked for is done all the same, and the message sent. */
  | { kind: 'false-gone'; isDone: boolean }
  /** Handled with this delay, unless the caller has given up by then. */
  | { kind: 'delay'; milliseconds: number }
  /** Neither sent nor answered, until the caller gives up. */
  | { kind: 'hang' };

type Fault = (connectionId: string) => ManagementFault | undefined;

/**
 * Injectable faults, consulted on each `@connections` request and each disconnect. Its members may be changed while the
 * gateway runs.
 */
export type GatewayFaults = {
  post?: Fault;
  /** `GetConnection`. */
  get?: Fault;
  /** `DeleteConnection`. */
  close?: Fault;
  /** Whether a message or a connect of this route is more than the route may have. */
  throttles?(routeKey: string): boolean;
  /** Whether `$disconnect` of this connection is never invoked. */
  losesDisconnect?(connectionId: string): boolean;
  /**
   * How much longer than its 2 hours a connection that opens now may live: a client that is late by its machine's fault
   * isn't cut off.
   *
   * @default 0
   */
  lateEndMs?: number;
};
