/** What a log line may say besides names and numbers: ids that AWS or the service made, and words of the code. */
const word = /^[\w.:=/-]{1,128}$/;

/**
 * The fields of the log lines that docs/RUNBOOK.md queries. Another one is added here after a look at what it can hold.
 */
const fields = new Set([
  'level',
  'timestamp',
  'event',
  'correlationId',
  'traceId',
  'connectionId',
  'status',
  'code',
  'error',
  'step',
  'method',
  'elapsedMs',
  'attempts',
  'isFramed',
  'wasRegistered',
  // A keyed hash: without the key, which no log has, it names nobody.
  'uidHash',
  'suppressed',
  'delivered',
  'gone',
  'failed',
  'closed',
  'seq',
  'lines',
  'maxConnections',
]);

/** What Lambda's and ECS's stand-ins write of what failed or ended. No other stack trace: it quotes what was thrown. */
const ends = [
  /^\[\w+ \[InvocationError\]: The invocation failed; the line before this one says how\.\]$/,
  /^Runtime\.\w+: Runtime exited [\w :]+$/,
  /^Sandbox\.Timedout: Task timed out after [\d.]+ seconds$/,
  /^the text service ended \((exit code \d+|SIG[A-Z]+)\) and is (not )?started again$/,
];

/** Whether a line of a function's or the text service's log can't hold a message, a uid, a token or a secret. */
export function isPrivate(line: string): boolean {
  return ends.some((end) => end.test(line)) || isLogLine(line) || isMetric(line);
}

function isLogLine(line: string): boolean {
  const entries = Object.entries(parsed(line));
  return (
    entries.length > 0 &&
    entries.every(([name, value]) => fields.has(name) && (typeof value !== 'string' || word.test(value)))
  );
}

function isMetric(line: string): boolean {
  const { _aws, Service, Code, ...values } = parsed(line);
  const isNamed = [Service, Code ?? 'none'].every((name) => typeof name === 'string' && word.test(name));
  return _aws !== undefined && isNamed && Object.values(values).every(Number.isFinite);
}

function parsed(line: string): Record<string, unknown> {
  try {
    return JSON.parse(line) as Record<string, unknown>;
  } catch {
    return {};
  }
}
