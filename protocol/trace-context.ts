/** The header by which a caller says to which trace a request belongs: W3C Trace Context. */
export const TRACEPARENT_HEADER = 'traceparent';

/**
 * `<version>-<trace id>-<parent id>-<flags>`. Later versions may be longer; version ff and ids of zeros are invalid.
 * Source: https://www.w3.org/TR/trace-context/#traceparent-header
 */
const pattern = /^(?!ff)([0-9a-f]{2})-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;

/** Returns the value as version 00 has it, or `undefined` for what is none: a receiver passes over such a header. */
export function traceparentOf(header: string | undefined): string | undefined {
  const [, version, traceId, parentId, flags, more] = pattern.exec(header ?? '') ?? [];
  if (traceId === undefined || (version === '00' && more !== undefined)) return undefined;
  return `00-${traceId}-${parentId}-${flags}`;
}

/** The id of the trace, by which its log lines are found. */
export function traceIdOf(traceparent: string): string {
  return traceparent.slice(3, 35);
}
