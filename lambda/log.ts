import { AsyncLocalStorage } from 'node:async_hooks';
import { createLog, logLevelOf } from '../protocol/log-line.ts';
import { EnvironmentVariable } from './names.ts';

const correlationIds = new AsyncLocalStorage<string>();

/** Does `work`, and whatever it logs has the id: what belongs to one request is found by it, however many log streams it is in. */
export function correlated<Result>(correlationId: string, work: () => Result): Result {
  return correlationIds.run(correlationId, work);
}

export const {
  error: logError,
  warn: logWarning,
  info: logInfo,
  debug: logDebug,
} = createLog(
  logLevelOf(process.env[EnvironmentVariable.logLevel]),
  (line) => process.stdout.write(line),
  () => {
    const correlationId = correlationIds.getStore();
    return correlationId === undefined ? {} : { correlationId };
  },
);

/** The name of an error: safe to log where its message may quote what was sent. */
export function errorName(error: unknown): string {
  return error instanceof Error ? error.name : typeof error;
}
