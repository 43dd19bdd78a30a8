/**
 * Fault of one request to a function URL, by the status that it is answered: the function never sees
 * it.
 */
export type FunctionUrlFault = 429 | 502;

/** Injectable faults, consulted on each request. Its members may be changed while the function URL is there. */
export type FunctionUrlFaults = { request?(): FunctionUrlFault | undefined };
