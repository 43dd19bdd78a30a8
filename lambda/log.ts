/** What happened and with what, as flat values. Never a message's text, a token or a secret. */
type Fields = Record<string, string | number | boolean>;

/** One line of JSON, which CloudWatch Logs Insights can query by field. */
export function logError(event: string, fields: Fields): void {
  process.stdout.write(`${JSON.stringify({ level: 'error', event, ...fields })}\n`);
}

/** The name of an error: safe to log where its message may quote what was sent. */
export function errorName(error: unknown): string {
  return error instanceof Error ? error.name : typeof error;
}
