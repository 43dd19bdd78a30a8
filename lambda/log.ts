import { createLog, logLevelOf } from '../protocol/log-line.ts';
import { traceIdOf } from '../protocol/trace-context.ts';
import { uidHash } from '../protocol/uid-hash.ts';
import { EnvironmentVariable } from './names.ts';

/**
 * The correlation id of the lines that are written now. One variable is enough, since a sandbox handles one event at a
 * time.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html
 */
let current: { correlationId: string; traceId?: string } | undefined;

/**
 * Does `work`, and whatever it logs has the id: what belongs to one request is found by it, however many log streams it
 * is in. `traceparent`: of the trace whose id it has, too.
 */
export async function correlated<Result>(
  correlationId: string,
  work: () => Promise<Result>,
  traceparent?: string,
): Promise<Result> {
  const before = current;
  current = { correlationId, ...(traceparent !== undefined && { traceId: traceIdOf(traceparent) }) };
  try {
    return await work();
  } finally {
    current = before;
  }
}

export const {
  error: logError,
  warn: logWarning,
  info: logInfo,
  debug: logDebug,
} = createLog(
  logLevelOf(process.env[EnvironmentVariable.logLevel]),
  (line) => process.stdout.write(line),
  () => ({
    // Where a line of JSON has no timestamp, Lambda takes it for one of the level INFO.
    // https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-log-level.html
    timestamp: new Date().toISOString(),
    ...current,
  }),
);

/** The field by which a log line says whom it is about; none without the key in the environment. */
export function hashed(uid: string | undefined): { uidHash?: string } {
  const key = process.env[EnvironmentVariable.uidHashKey];
  return uid === undefined || key === undefined ? {} : { uidHash: uidHash(uid, key) };
}

/**
 * The name of an error: safe to log where its message may quote what was sent. Where the system says why there is no
 * answer, with its code: `ConnectionError:ENOTFOUND`. A refusal by AWS has AWS's name for it; `Status403` where it has
 * none that is a name.
 */
export function errorName(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  const status = statusOf(error);
  if (status !== undefined && !isNamed(error)) return `Status${status}`;
  const name = /^[A-Za-z]\w{0,63}$/.test(error.name) ? error.name : 'Error';
  const code = error.cause instanceof Error && 'code' in error.cause ? error.cause.code : undefined;
  return typeof code === 'string' && /^[A-Z][A-Z0-9_]{0,63}$/.test(code) ? `${name}:${code}` : name;
}

/**
 * Whether the service gave the error its name: the SDK's word for none is `Unknown`, and what it can't read is a
 * `SyntaxError`.
 */
function isNamed({ name }: Error): boolean {
  return name !== 'Unknown' && name !== 'SyntaxError' && /^[A-Za-z]\w{0,63}$/.test(name);
}

/**
 * Returns the HTTP status of the response that an error of the SDK was made from, whatever the error; `undefined` where
 * there was none.
 */
export function statusOf(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('$metadata' in error)) return undefined;
  const { $metadata: metadata } = error;
  if (typeof metadata !== 'object' || metadata === null || !('httpStatusCode' in metadata)) return undefined;
  return typeof metadata.httpStatusCode === 'number' ? metadata.httpStatusCode : undefined;
}
