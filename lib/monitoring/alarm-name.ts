/** The alarms of `monitoring`. Each has an entry of its name in docs/RUNBOOK.md. */
export const AlarmName = {
  /** Pushes are answered 503, because the tables do not answer. */
  unavailable: 'Unavailable',
  /** Posts to connected browsers fail. */
  failedPosts: 'FailedPosts',
  /** The 99th percentile of the push latency is too high. */
  slowPushes: 'SlowPushes',
  /** A function fails, or answers that it could not do what was asked. */
  errors: 'Errors',
  /** Lambda refuses invocations: the account runs as many functions as it may. */
  throttles: 'Throttles',
  /** API Gateway can't hand connects, messages or disconnects to the functions. */
  gatewayErrors: 'GatewayErrors',
  /** API Gateway refuses connects or messages: more than a route or the account may have. */
  gatewayThrottles: 'GatewayThrottles',
  /** DynamoDB refuses requests: more than a table or one of its keys takes. */
  tableThrottles: 'TableThrottles',
  /** A broadcast has not reached everybody. */
  deadLetters: 'DeadLetters',
  /** Events of presence are late; only with `presence`. */
  presenceLag: 'PresenceLag',
  /** Messages of the canary don't arrive; only with one. */
  canary: 'Canary',
  /** Too few tasks of the text endpoint run; only with one. */
  textTasks: 'TextTasks',
} as const;
export type AlarmName = (typeof AlarmName)[keyof typeof AlarmName];
