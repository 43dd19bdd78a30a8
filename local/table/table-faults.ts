/** Fault of one request to the tables. */
export type TableFault =
  /** 400 ProvisionedThroughputExceededException: nothing is done. */
  | { kind: 'throttle' }
  /** 500: nothing is done. */
  | { kind: 'server-error' }
  /** It is done, and its answer is lost: the connection breaks. */
  | { kind: 'lost-answer' }
  /** Done with this delay. */
  | { kind: 'delay'; milliseconds: number };

/** Injectable faults, consulted on each request of a function. Its members may be changed while the tables run. */
export type TableFaults = {
  /** `operation` is DynamoDB's name for it, such as `PutItem`. */
  request?(operation: string): TableFault | undefined;
};
