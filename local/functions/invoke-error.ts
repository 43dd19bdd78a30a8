/**
 * Errors of an invocation besides the handler's own, by AWS's names.
 * Sources: https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html#API_Invoke_Errors (the first three) and
 * https://docs.aws.amazon.com/lambda/latest/dg/troubleshooting-invocation.html
 */
export const InvokeError = {
  /** The caller may not invoke the function. */
  accessDenied: 'AccessDeniedException',
  /** The event is longer than an event may be. */
  requestTooLarge: 'RequestTooLargeException',
  /** All sandboxes are busy, and the queue is full. */
  tooManyRequests: 'TooManyRequestsException',
  /** The function is being started or stopped. */
  unavailable: 'ServiceException',
  /** The answer is longer than an answer may be. */
  responseTooLarge: 'Function.ResponseSizeTooLarge',
  /** The handler took longer than the function's timeout. */
  timedOut: 'Sandbox.Timedout',
  /** The function's process ended while it handled an event. */
  exited: 'Runtime.ExitError',
} as const;

/**
 * Most bytes of JSON that an event may have. The quota is given as 6 MB; measured, it is this.
 * Sources: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html,
 * https://zaccharles.medium.com/deep-dive-lambdas-request-payload-size-limit-2-2-6350c1ae5577
 */
export const MAX_EVENT_BYTES = 6_291_456;

/** Most bytes of JSON that a function's answer may have. Same sources. */
export const MAX_ANSWER_BYTES = 6_291_556;
