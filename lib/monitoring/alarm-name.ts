/** What alarms ring for; each has an entry of its name in docs/RUNBOOK.md. */
export const AlarmName = {
  unavailable: 'Unavailable',
  failedPosts: 'FailedPosts',
  slowPushes: 'SlowPushes',
  errors: 'Errors',
  throttles: 'Throttles',
  gatewayErrors: 'GatewayErrors',
  tableThrottles: 'TableThrottles',
  deadLetters: 'DeadLetters',
  /** Only with a text endpoint. */
  textTasks: 'TextTasks',
} as const;
export type AlarmName = (typeof AlarmName)[keyof typeof AlarmName];
