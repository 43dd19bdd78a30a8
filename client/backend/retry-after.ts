/**
 * How long an answer asks to wait, in milliseconds; `undefined` when it doesn't. A date counts from the answer's own,
 * so that a wrong clock changes nothing.
 * Source: https://www.rfc-editor.org/rfc/rfc9110#field.retry-after
 */
export function retryAfterOf(headers: Headers, now: number): number | undefined {
  const value = headers.get('retry-after')?.trim() ?? '';
  if (/^\d{1,9}$/.test(value)) return Number(value) * 1_000;
  const at = httpDate(value);
  if (at === undefined) return undefined;
  return Math.max(0, at - (httpDate(headers.get('date')) ?? now));
}

/** Milliseconds since 1970; `undefined` for what is no HTTP date, of which `Date.parse` takes a lot. */
export function httpDate(value: string | null): number | undefined {
  const time = value?.endsWith(' GMT') ? Date.parse(value) : Number.NaN;
  return Number.isNaN(time) ? undefined : time;
}
