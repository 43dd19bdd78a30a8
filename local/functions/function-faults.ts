/** Fault of one invocation, which the function never sees. */
export type FunctionFault =
  /** Lambda runs as many functions as the account may. */
  | 'throttle'
  /** The function's process ends at once. */
  | 'crash'
  /** The caller may not invoke the function. */
  | 'access-denied';

/** Injectable faults, consulted on each invocation. Its members may be changed while the functions run. */
export type FunctionFaults = {
  /** `logicalId` is the function's. */
  invoke?(logicalId: string): FunctionFault | undefined;
};
