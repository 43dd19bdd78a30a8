/** What happened and with what, as flat values. Never a line's text or its uid. */
export type Log = (event: string, fields?: Record<string, string | number>) => void;

/** One line of JSON on standard error; standard output is for the `ready` line. */
export const logToStandardError: Log = (event, fields) => {
  process.stderr.write(`${JSON.stringify({ level: 'error', event, ...fields })}\n`);
};
