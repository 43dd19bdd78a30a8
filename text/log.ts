import { createLog, type Log, LogLevel } from '../protocol/log-line.ts';

/** Standard output is for the `ready` line. */
export function logToStandardError(least: LogLevel = LogLevel.warn): Log {
  return createLog(least, (line) => process.stderr.write(line));
}
