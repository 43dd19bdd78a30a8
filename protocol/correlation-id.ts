/**
 * The HTTP header, of requests and answers, whose value is in every log line of the request, up to those of its posts.
 * A request without it, or with another value than these, is given one.
 */
export const CORRELATION_HEADER = 'x-correlation-id';

/**
 * 1 to 128 letters, digits, `.`, `_`, `:` or `-`: what needs no quoting in a log query, and no room worth mentioning.
 */
export function isCorrelationId(text: string): boolean {
  return /^[\w.:-]{1,128}$/.test(text);
}
