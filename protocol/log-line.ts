/** Levels of log lines; each includes those above it. */
export const LogLevel = {
  /** Something failed that should not have. */
  error: 'error',
  /** A caller was refused, or has to wait. */
  warn: 'warn',
  /** A line per request, registration and disconnection. */
  info: 'info',
  /** A line per post, and per request of the text service. */
  debug: 'debug',
} as const;
export type LogLevel = (typeof LogLevel)[keyof typeof LogLevel];

type Fields = Readonly<Record<string, string | number | boolean>>;

/**
 * An event and its circumstances, as flat values. Never a message's text, a uid, a token or a secret. A function of
 * what takes time to make: it is called only for a line that is written.
 */
type WriteLog = (event: string, fields?: Fields | (() => Fields)) => void;

export type Log = Record<LogLevel, WriteLog>;

/**
 * Lines of JSON, which CloudWatch Logs Insights can query by field: `{"level":…,"event":…,…}`. Below `least` nothing is
 * written. The queries of docs/RUNBOOK.md name these fields.
 */
export function createLog(
  least: LogLevel,
  write: (line: string) => unknown,
  context: () => Record<string, string> = () => ({}),
): Log {
  const levels = Object.values(LogLevel);
  const wanted = levels.slice(0, levels.indexOf(least) + 1);
  const writerOf = (level: LogLevel): WriteLog =>
    wanted.includes(level)
      ? (event, fields) => {
          const made = typeof fields === 'function' ? fields() : fields;
          write(`${JSON.stringify({ level, event, ...context(), ...made })}\n`);
        }
      : () => {};
  return {
    error: writerOf(LogLevel.error),
    warn: writerOf(LogLevel.warn),
    info: writerOf(LogLevel.info),
    debug: writerOf(LogLevel.debug),
  };
}

/** The level that an environment variable names; `warn` where it names none. */
export function logLevelOf(value: string | undefined): LogLevel {
  return Object.values(LogLevel).find((level) => level === value) ?? LogLevel.warn;
}
