import type { FunctionUrlEvent } from './function-url-event.ts';
import { RequestHeader } from './request-header.ts';
import { type HttpResponse, jsonResponse } from './response.ts';

/** The preference of a caller that doesn't want to wait. Source: https://www.rfc-editor.org/rfc/rfc7240#section-4.1 */
const respondAsync = 'respond-async';

/** Whether the header `Prefer` has that preference. Others, and their parameters, are passed over, as the RFC wants. */
export function prefersAsync({ headers }: Pick<FunctionUrlEvent, 'headers'>): boolean {
  const preferences = (headers[RequestHeader.prefer] ?? '').split(',');
  return preferences.some(
    (preference) => /^[^;=]*/.exec(preference.trim().toLowerCase())?.[0].trim() === respondAsync,
  );
}

/** @param isPreferred Whether the caller had that preference. */
export function acceptedResponse(answer: object, isPreferred: boolean): HttpResponse {
  const response = jsonResponse(answer, 202);
  if (!isPreferred) return response;
  return { ...response, headers: { ...response.headers, 'preference-applied': respondAsync } };
}
