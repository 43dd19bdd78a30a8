/** The functions: the files in `lambda/` that export `handler`, without their endings. */
export const FunctionSource = {
  connect: 'connect',
  register: 'register',
  disconnect: 'disconnect',
  push: 'push',
  pushOnly: 'push-only',
  disconnectOnly: 'disconnect-only',
  broadcastWorker: 'broadcast-worker',
  presenceWorker: 'presence-worker',
  webhookWorker: 'webhook-worker',
  presenceSweep: 'presence-sweep',
  connectionCounter: 'connection-counter',
  canary: 'canary',
} as const;
export type FunctionSource = (typeof FunctionSource)[keyof typeof FunctionSource];
